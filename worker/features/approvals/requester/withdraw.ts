import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { wakeClock } from '../clock.ts'
import type { Approval } from '../contract.ts'
import { eventFacts } from '../enter.ts'
import { showApproval } from '../list.ts'
import { getApprovalRow, moveApprovalStatement } from '../store.ts'
import { viewDecision } from '../view.ts'
import { getOwnApproval } from './mine.ts'

/**
 * Who asked does not need an answer any more. Withdrawn twice is once. Throws `already_decided` with the decision when
 * somebody was faster, `expired`, and `forbidden` for everybody else.
 */
export const withdrawApproval = async (ctx: OrganizationContext, id: string): Promise<Approval> => {
  const row = await getOwnApproval(ctx, id)
  const [withdrawn] = await ctx.db.batch([
    moveApprovalStatement(ctx, id, ['pending'], { state: 'expired', stateReason: 'withdrawn' }),
    auditStatement(ctx, 'approval.withdrawn', { approvalId: id }, eventFacts(row)),
  ])
  if (withdrawn.meta.changes === 0) {
    const now = await getApprovalRow(ctx, id)
    if (now.outcome !== null)
      throw new AppError('already_decided', 'It has been decided.', {
        context: { state: now.state, decision: viewDecision(now) },
      })
    if (now.stateReason !== 'withdrawn') throw new AppError('expired', 'It has expired.')
  } else if (row.hasCallback) wakeClock(ctx, ctx.now().getTime())
  await drainSoon(ctx, ctx.organizationId)
  return showApproval(ctx, id)
}
