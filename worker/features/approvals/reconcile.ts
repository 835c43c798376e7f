import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { ConnectorEvent } from '../connectors/link/events/contract.ts'
import { wakeClock } from './clock.ts'
import type { StateReason } from './contract.ts'
import { undeliverableStatements } from './deliver.ts'
import { eventFacts } from './enter.ts'
import { differenceOf, disown } from './mismatch.ts'
import { outcomeOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import {
  approvalByExternalId,
  approvalRowsByExternalId,
  moveApprovalStatement,
  openApprovalRows,
  openRowsBefore,
} from './store.ts'

/** What we know of these approvals, by the gateway's id. */
export const approvalsByExternalId = async (
  ctx: OrganizationContext,
  connectorId: string,
  externalIds: string[],
): Promise<Map<string, Pick<ApprovalRow, 'id' | 'risk' | 'traceId'>>> =>
  new Map(
    (await approvalRowsByExternalId(ctx, connectorId, externalIds)).flatMap(({ id, externalId, risk, traceId }) =>
      externalId === null ? [] : [[externalId, { id, risk, traceId }] as const],
    ),
  )

type Resolved = Extract<ConnectorEvent, { type: 'approval.resolved' }>['payload']

/**
 * The gateway said how an approval ended; its word is the last one. Ours: it is confirmed, even when the answer to our
 * command had said otherwise. Somebody else's, at the gateway itself: that decision stands, and when it contradicts
 * ours, ours is undeliverable and says why. What the gateway decided on is held against what was shown.
 */
export const approvalResolved = async (
  ctx: OrganizationContext,
  connectorId: string,
  { externalId, decision, subject }: Pick<Resolved, 'externalId' | 'decision' | 'subject'>,
  at: number,
): Promise<void> => {
  const approval = await approvalByExternalId(ctx, connectorId, externalId)
  if (!approval) return
  const difference = subject === null ? null : differenceOf(approval, subject)
  if (difference) return disown(ctx, approval, difference)
  const outcome = outcomeOf(decision)
  const told = { approvalId: approval.id, outcome, by: approval.decidedById ?? 'gateway' }
  const facts = eventFacts(approval)
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
      auditStatement(ctx, 'approval.confirmed', told, facts),
    ])
  else if (isAsDecided(approval.outcome, outcome))
    await ctx.db.batch([
      moveApprovalStatement(ctx, approval.id, ['decided', 'delivered', 'undeliverable'], {
        state: 'confirmed',
        stateReason: null,
        confirmedAt: at,
        deliveredAt: approval.deliveredAt ?? at,
      }),
      auditStatement(ctx, 'approval.confirmed', told, facts),
    ])
  else await ctx.db.batch(undeliverableStatements(ctx, approval, 'decided_at_gateway'))
  await drainSoon(ctx, ctx.organizationId)
}

/** An allow-always that is a grant of ours reaches the gateway as allow-once. */
const isAsDecided = (ours: ApprovalRow['outcome'], theirs: ApprovalRow['outcome']): boolean =>
  ours === theirs || (ours === 'allow_always' && theirs === 'allow_once')

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
          eventFacts(approval),
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
    else await ctx.db.batch(undeliverableStatements(ctx, approval, 'connector_removed'))
}

/** Closes a pending approval that nobody can decide any more. */
export const expire = async (ctx: OrganizationContext, approval: ApprovalRow, reason: StateReason): Promise<void> => {
  await ctx.db.batch([
    moveApprovalStatement(ctx, approval.id, ['pending'], { state: 'expired', stateReason: reason }),
    auditStatement(ctx, 'approval.expired', { approvalId: approval.id, reason }, eventFacts(approval)),
  ])
  if (approval.hasCallback) wakeClock(ctx, ctx.now().getTime())
}
