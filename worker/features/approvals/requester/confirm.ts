import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon, recordStatement } from '../../audit/index.ts'
import type { Approval } from '../contract.ts'
import { deliveredStatements } from '../deliver.ts'
import { eventFacts } from '../enter.ts'
import { showApproval } from '../list.ts'
import { differenceOf, disown } from '../mismatch.ts'
import type { ApprovalRow } from '../schema.ts'
import { moveApprovalStatement } from '../store.ts'
import { viewDecision } from '../view.ts'
import type { ConfirmApproval } from './contract.ts'
import { getOwnApproval } from './mine.ts'

/**
 * Who asked says what it is about to do, right before doing it. The same as was shown, and allowed: confirmed; what was
 * allowed once is confirmed once, what was allowed always as often as it is asked. Throws `stale` when it is something
 * else, and then the decision does not count; `conflict` with the decision when it was refused or used already, or when
 * there is none; `expired`; `forbidden` for everybody else.
 */
export const confirmApproval = async (
  ctx: OrganizationContext,
  id: string,
  subject: ConfirmApproval,
): Promise<Approval> => {
  const row = await getOwnApproval(ctx, id)
  if (row.state === 'pending') throw conflict(row, 'Nobody has decided yet.')
  if (row.state === 'expired') throw new AppError('expired', 'Nobody decided in time.', contextOf(row))
  if (row.outcome === 'reject') {
    await ctx.db.batch(deliveredStatements(ctx, row, ctx.now().getTime()))
    await drainSoon(ctx, ctx.organizationId)
    throw conflict(row, 'It was refused.')
  }
  const difference = differenceOf(row, subject)
  if (difference) {
    await tellDifference(ctx, row, difference)
    throw new AppError('stale', 'What is about to be done is not what was shown.', { context: { digest: row.digest } })
  }
  if (row.state === 'undeliverable') throw conflict(row, 'The decision does not count any more.')
  const now = ctx.now().getTime()
  const [moved] = await ctx.db.batch([
    moveApprovalStatement(ctx, id, ['decided', 'delivered'], {
      state: 'confirmed',
      deliveredAt: row.deliveredAt ?? now,
      confirmedAt: now,
    }),
    auditStatement(
      ctx,
      'approval.confirmed',
      { approvalId: id, outcome: row.outcome ?? '', by: row.decidedById ?? '' },
      eventFacts(row),
    ),
  ])
  if (moved.meta.changes === 0 && row.outcome === 'allow_once') throw conflict(row, 'It was allowed once, and is used.')
  await drainSoon(ctx, ctx.organizationId)
  return showApproval(ctx, id)
}

const tellDifference = async (
  ctx: OrganizationContext,
  row: ApprovalRow,
  difference: { shown: string; found: string },
): Promise<void> => {
  if (row.state === 'decided' || row.state === 'delivered') return disown(ctx, row, difference)
  // It stays what it is: what was confirmed has been done, and something else is refused each time.
  await ctx.db.batch([
    recordStatement(
      ctx,
      'approval.mismatched',
      { approvalId: row.id, ...difference },
      { ...eventFacts(row), risk: 'high' },
    ),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

const contextOf = (row: ApprovalRow) => ({
  context: { state: row.state, stateReason: row.stateReason, decision: viewDecision(row) },
})

const conflict = (row: ApprovalRow, sentence: string) => new AppError('conflict', sentence, contextOf(row))
