import type { z } from 'zod'
import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/contract.ts'
import { wakeClock } from './clock.ts'
import { type DecisionOutcome, StateReason } from './contract.ts'
import { strandedRows } from './due/store.ts'
import { eventFacts } from './enter.ts'
import { gatewayDecisionOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { getApprovalRow, isForGatewayStatement, moveApprovalStatement, undeliveredRows } from './store.ts'

const strandedAfterMs = 5_000

type Deliverable = Pick<
  ApprovalRow,
  'id' | 'connectorId' | 'externalId' | 'source' | 'requesterWaitsUntil' | 'gatewayOffersAlways' | 'hasCallback'
>

/**
 * The command that carries a decision to a gateway; its id is the approval's, so however often it is handed over it is
 * one. An allow-always that is ours alone reaches the gateway as allow-once. Null for what no gateway asked.
 */
export const deliveryOf = (
  approval: Omit<Deliverable, 'hasCallback'>,
  outcome: DecisionOutcome,
  { forGateway }: { forGateway: boolean },
): QueuedCommand | null => {
  if (approval.externalId === null || approval.source === 'api') return null
  const isAlways = outcome === 'allow_always' && forGateway && approval.gatewayOffersAlways
  return {
    id: approval.id,
    command: 'approval.resolve',
    params: {
      externalId: approval.externalId,
      source: approval.source,
      decision: gatewayDecisionOf(outcome === 'allow_always' && !isAlways ? 'allow_once' : outcome),
    },
    deadline: iso(approval.requesterWaitsUntil),
  }
}

/**
 * Hands a committed decision to whoever asked: a gateway through its session, a system through its callback; what polls
 * finds it. Never throws: whatever fails here is found at the connector's next hello and by cron, and the command's id
 * keeps it one.
 */
export const deliverDecision = async (
  ctx: OrganizationContext,
  approval: Deliverable,
  outcome: DecisionOutcome,
): Promise<void> => {
  if (approval.hasCallback) wakeClock(ctx, ctx.now().getTime())
  const { connectorId } = approval
  if (connectorId === null || approval.source === 'api') return
  try {
    const [row] = outcome === 'allow_always' ? await isForGatewayStatement(ctx, approval.id) : []
    const command = deliveryOf(approval, outcome, { forGateway: row?.forGateway ?? false })
    if (command) await connectorSession(ctx.env, connectorId).enqueue(command)
  } catch (error) {
    logFault('approval.hand-over-failed', error, { approvalId: approval.id })
  }
}

/** Decisions of a connector that its gateway has not taken yet, as commands. */
export const undeliveredDecisions = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> =>
  (await undeliveredRows(ctx, connectorId)).flatMap(({ approval, forGateway }) => asCommand(approval, forGateway))

/** Cron: decisions whose hand-over a crash swallowed. */
export const redeliverStranded = async (ctx: RequestContext): Promise<void> => {
  const stranded = await strandedRows(ctx.db, ctx.now().getTime() - strandedAfterMs, 500)
  const handedOver = await Promise.allSettled(
    stranded.flatMap(({ approval, forGateway }) => {
      const { connectorId } = approval
      if (connectorId === null) return []
      return asCommand(approval, forGateway).map((command) => connectorSession(ctx.env, connectorId).enqueue(command))
    }),
  )
  const failed = handedOver.filter(({ status }) => status === 'rejected').length
  if (failed > 0) throw new Error(`${failed} decisions could not be handed over`)
}

const asCommand = (row: ApprovalRow, forGateway: boolean): QueuedCommand[] => {
  const command = row.outcome === null ? null : deliveryOf(row, row.outcome, { forGateway })
  return command === null ? [] : [command]
}

/** Whoever asked has taken the decision: the approval says so, once. */
export const deliveredStatements = (ctx: OrganizationContext, approval: ApprovalRow, now: number) =>
  [
    moveApprovalStatement(ctx, approval.id, ['decided'], { state: 'delivered', deliveredAt: now }),
    auditStatement(ctx, 'approval.delivered', { approvalId: approval.id }, { ...eventFacts(approval), risk: 'low' }),
  ] as const

/** The decision has no effect: the approval says so and why, once. */
export const undeliverableStatements = (ctx: OrganizationContext, approval: ApprovalRow, reason: StateReason) =>
  [
    moveApprovalStatement(ctx, approval.id, ['decided', 'delivered'], { state: 'undeliverable', stateReason: reason }),
    auditStatement(ctx, 'approval.undeliverable', { approvalId: approval.id, reason }, eventFacts(approval)),
  ] as const

/**
 * The connector answered the command, or its deadline passed: the approval says so, once. An answer that says nothing
 * new, because the gateway itself has told more in the meantime, changes nothing.
 */
export const decisionDelivered = async (
  ctx: OrganizationContext,
  approvalId: string,
  result: Pick<z.infer<typeof CommandResult>, 'ok'> & { failure?: string; detail?: string },
): Promise<void> => {
  const approval = await getApprovalRow(ctx, approvalId)
  if (approval.state !== 'decided') return
  const reason = StateReason.safeParse(result.failure).data ?? 'unknown'
  await (result.ok
    ? ctx.db.batch(deliveredStatements(ctx, approval, ctx.now().getTime()))
    : ctx.db.batch(undeliverableStatements(ctx, approval, reason)))
  await drainSoon(ctx, ctx.organizationId)
}
