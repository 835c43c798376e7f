import type { z } from 'zod'
import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/commands/contract.ts'
import { wakeClock } from './clock.ts'
import { type DecisionOutcome, StateReason } from './contract.ts'
import { strandedRows } from './due/store.ts'
import { eventFacts } from './enter.ts'
import { gatewayDecisionOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { getApprovalRow, isForGatewayStatement, moveApprovalStatement, undeliveredRows } from './store.ts'

const strandedAfterMs = 5_000
/** What asks to pass a budget is called so, by whomever it is asked. */
export const budgetAction = 'budget.override'

type Deliverable = Pick<
  ApprovalRow,
  | 'id'
  | 'action'
  | 'connectorId'
  | 'externalId'
  | 'source'
  | 'requesterWaitsUntil'
  | 'gatewayOffersAlways'
  | 'hasCallback'
  | 'outcome'
>

/**
 * The command that carries a decision to a gateway; its id is the approval's, so however often it is handed over it is
 * one. An allow-always that is ours alone reaches the gateway as allow-once. Null for what no gateway asked.
 */
export const deliveryOf = (
  approval: Omit<Deliverable, 'action' | 'hasCallback' | 'outcome'>,
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
 * Hands committed decisions to whoever asked: to a gateway through its session, all of it in one call; to a system through
 * its callback; what polls finds them. Never throws: whatever fails here is found at the connector's next hello and by
 * cron, and a command's id keeps it one.
 */
export const deliverDecisions = async (ctx: OrganizationContext, decided: readonly Deliverable[]): Promise<void> => {
  if (decided.some(({ hasCallback }) => hasCallback)) wakeClock(ctx, ctx.now().getTime())
  for (const { action, id } of decided) if (action === budgetAction) ctx.waitUntil(tellLedger(ctx, id))
  const byConnector = Map.groupBy(decided, ({ connectorId }) => connectorId)
  await Promise.all(
    [...byConnector].map(async ([connectorId, approvals]) => {
      if (connectorId === null) return
      try {
        const commands = await Promise.all(approvals.map((approval) => commandFor(ctx, approval)))
        await handOver(
          ctx,
          connectorId,
          commands.filter((command) => command !== null),
        )
      } catch (error) {
        logFault('approval.hand-over-failed', error, { connectorId, approvals: approvals.length })
      }
    }),
  )
}

/** The ledger waits for it; it looks from time to time as well, so this only makes it soon. */
const tellLedger = async (ctx: OrganizationContext, approvalId: string): Promise<void> => {
  try {
    await costLedger(ctx.env, ctx.organizationId).settleRaise(approvalId)
  } catch (error) {
    logFault('approval.hand-over-failed', error, { approvalId })
  }
}

const commandFor = async (ctx: OrganizationContext, approval: Deliverable): Promise<QueuedCommand | null> => {
  const { outcome } = approval
  if (outcome === null) return null
  const [row] = outcome === 'allow_always' ? await isForGatewayStatement(ctx, approval.id) : []
  return deliveryOf(approval, outcome, { forGateway: row?.forGateway ?? false })
}

const handOver = async ({ env }: RequestContext, connectorId: string, commands: QueuedCommand[]): Promise<void> => {
  if (commands.length > 0) await connectorSession(env, connectorId).enqueueAll(commands)
}

/** Decisions of a connector that its gateway has not taken yet, as commands. */
export const undeliveredDecisions = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> =>
  (await undeliveredRows(ctx, connectorId)).flatMap(({ approval, forGateway }) => asCommand(approval, forGateway))

/** Cron: decisions whose hand-over a crash swallowed. */
export const redeliverStranded = async (ctx: RequestContext): Promise<void> => {
  const stranded = await strandedRows(ctx.db, ctx.now().getTime() - strandedAfterMs, 500)
  const byConnector = Map.groupBy(stranded, ({ approval }) => approval.connectorId)
  const handedOver = await Promise.allSettled(
    [...byConnector].map(async ([connectorId, rows]) => {
      const commands = rows.flatMap(({ approval, forGateway }) => asCommand(approval, forGateway))
      if (connectorId !== null) await handOver(ctx, connectorId, commands)
    }),
  )
  const failed = handedOver.filter(({ status }) => status === 'rejected').length
  if (failed > 0) throw new Error(`the decisions for ${failed} connectors could not be handed over`)
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
