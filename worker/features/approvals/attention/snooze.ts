import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { Approval } from '../contract.ts'
import { eventFacts } from '../enter.ts'
import { readApproval } from '../reading/store.ts'
import { viewApproval } from '../view.ts'
import { personOf, requirePending } from './pending.ts'
import { snoozeStatement } from './store.ts'

/** Hides a pending approval from the caller's inbox for a while. Throws `not_found`, `already_decided`, `expired`. */
export const snoozeApproval = async (ctx: OrganizationContext, id: string, forMs: number): Promise<Approval> => {
  const person = personOf(ctx)
  const approval = await readApproval(ctx, id)
  requirePending(ctx, approval)
  const now = ctx.now().getTime()
  const until = now + forMs
  await ctx.db.batch([
    snoozeStatement(ctx, id, person.id, now, until),
    auditStatement(
      ctx,
      'approval.snoozed',
      { approvalId: id, until: iso(until) },
      { ...eventFacts(approval), risk: 'low' },
    ),
  ])
  await drainSoon(ctx, ctx.organizationId)
  const standing = await readApproval(ctx, id)
  requirePending(ctx, standing)
  return viewApproval(ctx, standing)
}
