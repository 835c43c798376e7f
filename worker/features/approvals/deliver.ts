import type { z } from 'zod'
import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/contract.ts'
import type { DecisionOutcome } from './contract.ts'
import { gatewayDecisionOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { getApproval, moveApprovalStatement, strandedRows, undeliveredRows } from './store.ts'

const strandedAfterMs = 5_000

/**
 * The command that carries a decision to a gateway; its id is the approval's, so however often it is handed over it is
 * one. Null for what no gateway asked.
 */
export const deliveryOf = (
  approval: Pick<ApprovalRow, 'id' | 'connectorId' | 'externalId' | 'source' | 'requesterWaitsUntil'>,
  outcome: DecisionOutcome,
): QueuedCommand | null =>
  approval.externalId === null || approval.source === 'api'
    ? null
    : {
        id: approval.id,
        command: 'approval.resolve',
        params: { externalId: approval.externalId, source: approval.source, decision: gatewayDecisionOf(outcome) },
        deadline: iso(approval.requesterWaitsUntil),
      }

/**
 * Hands a committed decision to whoever asked. Never throws: whatever fails here is found at the connector's next hello
 * and by cron, and the command's id keeps it one.
 */
export const deliverDecision = async (
  ctx: OrganizationContext,
  approval: Parameters<typeof deliveryOf>[0],
  outcome: DecisionOutcome,
): Promise<void> => {
  const command = deliveryOf(approval, outcome)
  if (command === null || approval.connectorId === null) return
  try {
    await connectorSession(ctx.env, approval.connectorId).enqueue(command)
  } catch (error) {
    logFault('approval.hand-over-failed', error, { approvalId: approval.id })
  }
}

/** Decisions of a connector that its gateway has not taken yet, as commands. */
export const undeliveredDecisions = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> =>
  (await undeliveredRows(ctx, connectorId)).flatMap(asDelivery)

/** Cron: decisions whose hand-over a crash swallowed. */
export const redeliverStranded = async (ctx: RequestContext): Promise<void> => {
  const stranded = await strandedRows(ctx.db, ctx.now().getTime() - strandedAfterMs, 500)
  const handedOver = await Promise.allSettled(
    stranded.flatMap((row) => {
      const { connectorId } = row
      return connectorId === null
        ? []
        : asDelivery(row).map((command) => connectorSession(ctx.env, connectorId).enqueue(command))
    }),
  )
  const failed = handedOver.filter(({ status }) => status === 'rejected').length
  if (failed > 0) throw new Error(`${failed} decisions could not be handed over`)
}

const asDelivery = (row: ApprovalRow): QueuedCommand[] => {
  const command = row.outcome === null ? null : deliveryOf(row, row.outcome)
  return command === null ? [] : [command]
}

/** The connector answered the command, or its deadline passed: the approval says so, once. */
export const decisionDelivered = async (
  ctx: OrganizationContext,
  approvalId: string,
  result: Pick<z.infer<typeof CommandResult>, 'ok'> & { failure?: string; detail?: string },
): Promise<void> => {
  const approval = await getApproval(ctx, approvalId)
  const facts = {
    target: approvalId,
    agentId: approval.agentId,
    connectorId: approval.connectorId,
    traceId: approval.traceId,
    risk: result.ok ? ('low' as const) : approval.risk,
  }
  const now = ctx.now().getTime()
  if (result.ok)
    await ctx.db.batch([
      moveApprovalStatement(ctx, approvalId, ['decided'], { state: 'delivered', deliveredAt: now }),
      auditStatement(ctx, 'approval.delivered', { approvalId }, facts),
    ])
  else {
    const reason = result.failure ?? 'unknown'
    await ctx.db.batch([
      moveApprovalStatement(ctx, approvalId, ['decided'], { state: 'undeliverable', stateReason: reason }),
      auditStatement(ctx, 'approval.undeliverable', { approvalId, reason }, facts),
    ])
  }
  await drainSoon(ctx, ctx.organizationId)
}
