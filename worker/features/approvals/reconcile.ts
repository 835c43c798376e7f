import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { OpenedApproval } from './open.ts'
import { outcomeOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import {
  approvalByExternalId,
  approvalRowsByExternalId,
  moveApprovalStatement,
  openApprovalRows,
  openRowsBefore,
} from './store.ts'

const factsOf = (approval: ApprovalRow) => ({
  target: approval.id,
  agentId: approval.agentId,
  connectorId: approval.connectorId,
  traceId: approval.traceId,
  risk: approval.risk,
})

/** What we know of these approvals, by the gateway's id. */
export const approvalsByExternalId = async (
  ctx: OrganizationContext,
  connectorId: string,
  externalIds: string[],
): Promise<Map<string, OpenedApproval>> =>
  new Map(
    (await approvalRowsByExternalId(ctx, connectorId, externalIds)).flatMap(({ id, externalId, risk, traceId }) =>
      externalId === null ? [] : [[externalId, { id, risk, traceId }] as const],
    ),
  )

/**
 * The gateway said how an approval ended; its word is the last one. Ours: it is confirmed, even when the answer to our
 * command had said otherwise. Somebody else's, at the gateway itself: that decision stands, and when it contradicts
 * ours, ours is undeliverable and says why.
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
  const told = { approvalId: approval.id, outcome, by: approval.decidedById ?? 'gateway' }
  if (approval.outcome === null)
    await ctx.db.batch([
      moveApprovalStatement(ctx, approval.id, ['pending', 'expired'], {
        state: 'confirmed',
        stateReason: null,
        outcome,
        decidedByKind: 'gateway',
        decidedAt: at,
        confirmedAt: at,
      }),
      auditStatement(ctx, 'approval.confirmed', told, factsOf(approval)),
    ])
  else if (approval.outcome === outcome)
    await ctx.db.batch([
      moveApprovalStatement(ctx, approval.id, ['decided', 'delivered', 'undeliverable'], {
        state: 'confirmed',
        stateReason: null,
        confirmedAt: at,
        deliveredAt: approval.deliveredAt ?? at,
      }),
      auditStatement(ctx, 'approval.confirmed', told, factsOf(approval)),
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
    if (approval.externalId === null || externalIds.has(approval.externalId)) continue
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

/** The connector is gone for good: nobody can decide what it asked, and no decision reaches its gateway any more. */
export const closeApprovalsOfConnector = async (ctx: OrganizationContext, connectorId: string): Promise<void> => {
  for (const approval of await openApprovalRows(ctx, connectorId))
    if (approval.state === 'pending') await expire(ctx, approval, 'connector_removed')
    else await undeliverable(ctx, approval, 'connector_removed')
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
