import type { z } from 'zod'
import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/contract.ts'
import { gatewayDecisionOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { getApproval, moveApprovalStatement, strandedRows, undeliveredRows } from './store.ts'

const strandedAfterMs = 5_000

/** The command that carries a decision; its id is the approval's, so however often it is handed over it is one. */
export const deliveryOf = (
  approval: Pick<ApprovalRow, 'id' | 'externalId' | 'source' | 'expiresAt'>,
  outcome: 'allow_once' | 'reject',
): QueuedCommand => ({
  id: approval.id,
  command: 'approval.resolve',
  params: { externalId: approval.externalId, source: approval.source, decision: gatewayDecisionOf(outcome) },
  deadline: new Date(approval.expiresAt).toISOString(),
})

/** Decisions of a connector that its gateway has not taken yet, as commands. */
export const undeliveredDecisions = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> =>
  (await undeliveredRows(ctx, connectorId)).flatMap(asDelivery)

/** Cron: decisions whose hand-over a crash swallowed. */
export const redeliverStranded = async (ctx: RequestContext): Promise<void> => {
  const stranded = await strandedRows(ctx.db, ctx.now().getTime() - strandedAfterMs, 500)
  const handedOver = await Promise.allSettled(
    stranded.flatMap((row) =>
      asDelivery(row).map((command) => connectorSession(ctx.env, row.connectorId).enqueue(command)),
    ),
  )
  const failed = handedOver.filter(({ status }) => status === 'rejected').length
  if (failed > 0) throw new Error(`${failed} decisions could not be handed over`)
}

const asDelivery = (row: ApprovalRow): QueuedCommand[] =>
  row.outcome === 'allow_once' || row.outcome === 'reject' ? [deliveryOf(row, row.outcome)] : []

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
