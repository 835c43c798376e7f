import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { outcomeOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { approvalByExternalId, moveApprovalStatement, openRowsBefore } from './store.ts'

const factsOf = (approval: ApprovalRow) => ({
  target: approval.id,
  agentId: approval.agentId,
  connectorId: approval.connectorId,
  traceId: approval.traceId,
  risk: approval.risk,
})

/**
 * The gateway said how an approval ended. Ours: it is confirmed. Somebody else's, at the gateway itself: that decision
 * stands, and when it contradicts ours, ours is undeliverable and says why.
 */
export const approvalResolved = async (
  ctx: OrganizationContext,
  connectorId: string,
  externalId: string,
  decision: 'allow-once' | 'allow-always' | 'deny',
  at: number,
): Promise<void> => {
  const approval = await approvalByExternalId(ctx, connectorId, externalId)
  if (!approval) return
  const outcome = outcomeOf(decision)
  const facts = factsOf(approval)
  if (approval.state === 'pending')
    await ctx.db.batch([
      moveApprovalStatement(ctx, approval.id, ['pending'], {
        state: 'confirmed',
        outcome,
        decidedByKind: 'gateway',
        decidedAt: at,
        confirmedAt: at,
      }),
      auditStatement(ctx, 'approval.confirmed', { approvalId: approval.id, outcome, by: 'gateway' }, facts),
    ])
  else if (approval.outcome === outcome)
    await ctx.db.batch([
      moveApprovalStatement(ctx, approval.id, ['decided', 'delivered'], {
        state: 'confirmed',
        confirmedAt: at,
        deliveredAt: approval.deliveredAt ?? at,
      }),
      auditStatement(
        ctx,
        'approval.confirmed',
        { approvalId: approval.id, outcome, by: approval.decidedById ?? '' },
        facts,
      ),
    ])
  else await undeliverable(ctx, approval, 'decided_at_gateway')
  await drainSoon(ctx, ctx.organizationId)
}

/**
 * The gateway listed everything it waited for at `listedAt`. What we have open from before and it does not know any more
 * is closed, with the reason: nothing stays open that nobody waits for.
 */
export const approvalsStillPending = async (
  ctx: OrganizationContext,
  connectorId: string,
  externalIds: ReadonlySet<string>,
  listedAt: number,
): Promise<void> => {
  for (const approval of await openRowsBefore(ctx, connectorId, listedAt)) {
    if (externalIds.has(approval.externalId)) continue
    if (approval.state === 'pending') await expire(ctx, approval, 'gateway_no_longer_waits')
    // The gateway took it and has forgotten it since: that it is gone from the list is the confirmation.
    else if (approval.state === 'delivered')
      await ctx.db.batch([
        moveApprovalStatement(ctx, approval.id, ['delivered'], { state: 'confirmed', confirmedAt: listedAt }),
        auditStatement(
          ctx,
          'approval.confirmed',
          { approvalId: approval.id, outcome: approval.outcome ?? 'reject', by: approval.decidedById ?? '' },
          factsOf(approval),
        ),
      ])
    // Still `decided`: the command waits at the session, and its answer will say what became of it.
  }
  await drainSoon(ctx, ctx.organizationId)
}

/** Closes a pending approval that nobody can decide any more. */
export const expire = (ctx: OrganizationContext, approval: ApprovalRow, reason: string) =>
  ctx.db.batch([
    moveApprovalStatement(ctx, approval.id, ['pending'], { state: 'expired', stateReason: reason }),
    auditStatement(ctx, 'approval.expired', { approvalId: approval.id, reason }, factsOf(approval)),
  ])

export const undeliverable = (ctx: OrganizationContext, approval: ApprovalRow, reason: string) =>
  ctx.db.batch([
    moveApprovalStatement(ctx, approval.id, ['decided', 'delivered'], { state: 'undeliverable', stateReason: reason }),
    auditStatement(ctx, 'approval.undeliverable', { approvalId: approval.id, reason }, factsOf(approval)),
  ])
