import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll, type Statement } from '../../platform/db.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/commands/contract.ts'
import type { AgentStop, StopsFrame } from '../connectors/link/stops/contract.ts'
import { wantStoppedStatement } from './cover/store.ts'
import {
  absentStatement,
  brokenStatement,
  countsOf,
  differing,
  releaseAgentsStatement,
  tellAgentsStatement,
} from './killed/store.ts'
import { endOrderStatement } from './orders/store.ts'
import { orderOfCommand, settledState, tallyOf } from './rules.ts'
import type { KillOrderRow, KillTargetRow } from './schema.ts'
import { deliverTargetStatement, handedOverStatement, settleTargetStatement, targetOf } from './targets/store.ts'

/**
 * A connector told how agents of an order are. The same again changes nothing; an order of somebody else, or one that it
 * was never given, is nothing. What it tells is evidence: nothing else makes an agent count as stopped.
 */
export const stopsReported = async (
  ctx: OrganizationContext,
  connectorId: string,
  { orderId, agents }: StopsFrame,
): Promise<void> => {
  const known = await targetOf(ctx, orderId, connectorId)
  if (!known) return
  const now = ctx.now().getTime()
  const statements: Statement[] = []
  if (known.target.deliveredAt === null)
    statements.push(
      deliverTargetStatement(ctx, orderId, connectorId, now),
      auditStatement(
        ctx,
        'kill.delivered',
        { orderId, deliveredMs: now - known.target.orderedAt },
        { target: orderId, connectorId, risk: 'medium' },
      ),
    )
  if (agents.length > 0)
    statements.push(
      tellAgentsStatement(ctx, orderId, connectorId, JSON.stringify(agents)),
      ...(known.order.recoverAt === null ? [wantStoppedStatement(ctx, now)] : []),
    )
  await commitAll(ctx.db, statements)
  await settle(ctx, orderId, connectorId, agents, false)
  await drainSoon(ctx, ctx.organizationId)
}

/**
 * The connector said of an order as a whole what became of it. Without the group, or on a gateway that refuses, the
 * target has failed and says so; it is not given up by that.
 */
export const stopAnswered = async (
  ctx: OrganizationContext,
  connectorId: string,
  commandId: string,
  result: { ok: true } | (Pick<Extract<CommandResult, { ok: false }>, 'ok' | 'failure'> & { detail?: string }),
): Promise<void> => {
  const command = orderOfCommand(commandId)
  if (!command) return
  const known = await targetOf(ctx, command.orderId, connectorId)
  if (!known || known.target.revision !== command.revision) return
  const now = ctx.now().getTime()
  if (result.ok) {
    await absentStatement(ctx, command.orderId, connectorId, now)
    await settle(ctx, command.orderId, connectorId, [], true)
  } else await failed(ctx, known.target, result.failure, result.detail ?? '')
  await drainSoon(ctx, ctx.organizationId)
}

const failed = async (ctx: OrganizationContext, target: KillTargetRow, failure: string, detail: string) => {
  if (target.state === 'failed' && target.failure === failure && target.detail === detail) return
  const { orderId, connectorId } = target
  await ctx.db.batch([
    settleTargetStatement(ctx, target, {
      state: target.state === 'recovering' ? 'recovering' : 'failed',
      failure,
      detail,
    }),
    auditStatement(
      ctx,
      'kill.failed',
      { orderId, cause: failure, detail },
      { target: orderId, connectorId, risk: 'critical' },
    ),
  ])
}

/** Looks what the target is by now, and tells when that is something else than before. */
const settle = async (
  ctx: OrganizationContext,
  orderId: string,
  connectorId: string,
  told: readonly AgentStop[],
  isAnswered: boolean,
): Promise<void> => {
  const known = await targetOf(ctx, orderId, connectorId)
  if (!known) return
  const { target, order } = known
  const counts = await countsOf(ctx, [orderId])
  const tally = tallyOf(counts.filter((each) => each.connectorId === connectorId))
  const state = settledState(target.state, tally, { isRecovering: order.recoverAt !== null, isAnswered })
  if (state === null) return
  const now = ctx.now().getTime()
  const facts = { target: orderId, connectorId, agentId: order.scopeKind === 'agent' ? order.scopeRef : null }
  const { agents } = tally
  if (state === 'confirmed')
    await ctx.db.batch([
      settleTargetStatement(ctx, target, {
        state,
        confirmedAt: target.confirmedAt ?? now,
        failure: null,
        detail: null,
      }),
      auditStatement(
        ctx,
        'kill.confirmed',
        { orderId, agents, confirmedMs: now - target.orderedAt, abortedRuns: sumOf(told) },
        { ...facts, risk: 'high' },
      ),
    ])
  else if (state === 'recovered') await recovered(ctx, target, order, agents)
  else if (state === 'failed') await failed(ctx, target, 'incomplete', detailOf(told))
  else await settleTargetStatement(ctx, target, { state })
}

const sumOf = (told: readonly AgentStop[]): number => told.reduce((sum, { abortedRuns }) => sum + abortedRuns, 0)

const detailOf = (told: readonly AgentStop[]): string => {
  const [first] = told.flatMap(({ agent, steps }) =>
    steps.flatMap(({ step, outcome, detail }) => (outcome === 'failed' ? [`${agent}: ${step}: ${detail}`] : [])),
  )
  return (first ?? 'Not every agent could be stopped.').slice(0, 1_000)
}

const recovered = async (
  ctx: OrganizationContext,
  target: KillTargetRow,
  order: KillOrderRow,
  agents: number,
): Promise<void> => {
  const { orderId, connectorId } = target
  const now = ctx.now().getTime()
  const differs = await differing(ctx, orderId, connectorId)
  const agentId = order.scopeKind === 'agent' ? order.scopeRef : null
  await ctx.db.batch([
    settleTargetStatement(ctx, target, { state: 'recovered', recoveredAt: now, failure: null, detail: null }),
    auditStatement(
      ctx,
      'kill.recovered',
      { orderId, agents, isExact: differs.length === 0, differs },
      { target: orderId, connectorId, agentId, risk: 'high' },
    ),
    releaseAgentsStatement(ctx, orderId, connectorId),
    endOrderStatement(ctx, orderId, now),
  ])
}

/** Nobody is there any more to be told: what the order held is gone from the registry with its connector. */
export const connectorRemoved = async (
  ctx: OrganizationContext,
  target: KillTargetRow,
  order: KillOrderRow,
): Promise<void> => {
  if (order.recoverAt === null) await failed(ctx, target, 'removed', 'The connector was removed.')
  else await recovered(ctx, target, order, 0)
  await handedOverStatement(ctx, target)
}

/** An agent was re-enabled at its gateway, as the connector found; the event itself is in the sequence already. */
export const stopBroken = async (
  ctx: OrganizationContext,
  connectorId: string,
  broken: { agent: string; orders: string[] },
  at: number,
): Promise<void> => {
  await brokenStatement(ctx, connectorId, broken, at)
}
