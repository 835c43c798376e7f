import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { KillOrder, OrderKill } from './contract.ts'
import { coverAgentsStatement, coverTargetsStatement, wantStoppedStatement } from './cover/store.ts'
import { handOver } from './hand-over.ts'
import { showOrder } from './list.ts'
import { insertOrderStatement, orderByKey } from './orders/store.ts'
import { nameScope } from './scope/name.ts'
import { connectorsInScope } from './scope/store.ts'

/**
 * Stops agents. The batch is the commit point: order, connectors, agents and event are there together, and from then on it
 * happens, whatever dies; sessions that are not told behind it are told by cron. The same scope again is another order
 * over the same agents: they are stopped once, and released when both are recovered.
 */
export const orderKill = async (ctx: OrganizationContext, wanted: OrderKill): Promise<KillOrder> =>
  showOrder(ctx, await order(ctx, wanted, null))

/**
 * The same for a budget that is used up: under a `key` that was used before it is the order that was given then, however
 * that stands by now. Answers its id. Throws `not_found` for a scope in which nobody is.
 */
export const orderKillForBudget = async (
  ctx: OrganizationContext,
  wanted: OrderKill,
  once: { budgetId: string; key: string },
): Promise<string> => (await orderByKey(ctx, once.key)) ?? order(ctx, wanted, once)

const order = async (
  ctx: OrganizationContext,
  { scope: wanted, reason, policy }: OrderKill,
  once: { budgetId: string; key: string } | null,
): Promise<string> => {
  const scope = await nameScope(ctx, wanted)
  const agents = (await connectorsInScope(ctx, scope)).reduce((sum, row) => sum + row.agents, 0)
  const id = ctx.newId('kil')
  const now = ctx.now().getTime()
  await ctx.db.batch([
    insertOrderStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      scopeKind: scope.kind,
      scopeRef: scope.ref,
      scopeName: scope.name,
      reason,
      policy,
      orderedById: ctx.actor.id,
      orderedByName: ctx.actorName,
      orderedAt: now,
      budgetId: once?.budgetId ?? null,
      onceKey: once?.key ?? null,
    }),
    auditStatement(
      ctx,
      'kill.ordered',
      { orderId: id, scope: scope.kind, name: scope.name, reason, policy, agents, budgetId: once?.budgetId ?? null },
      {
        target: id,
        agentId: scope.kind === 'agent' ? scope.ref : null,
        connectorId: scope.kind === 'connector' ? scope.ref : null,
        risk: 'critical',
      },
    ),
    coverTargetsStatement(ctx, id, now),
    coverAgentsStatement(ctx, id, now),
    wantStoppedStatement(ctx, now),
  ])
  await handOver(ctx, { orderId: id })
  await drainSoon(ctx, ctx.organizationId)
  // Ordered by somebody else under the key at the same moment: nothing of ours was written.
  return once ? ((await orderByKey(ctx, once.key)) ?? id) : id
}
