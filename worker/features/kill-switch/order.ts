import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { KillOrder, OrderKill } from './contract.ts'
import { coverAgentsStatement, coverTargetsStatement, wantStoppedStatement } from './cover/store.ts'
import { handOver } from './hand-over.ts'
import { showOrder } from './list.ts'
import { nameScope } from './scope/name.ts'
import { connectorsInScope } from './scope/store.ts'
import { insertOrderStatement } from './store.ts'

/**
 * Stops agents. The batch is the commit point: order, connectors, agents and event are there together, and from then on it
 * happens, whatever dies; sessions that are not told behind it are told by cron. The same scope again is another order
 * over the same agents: they are stopped once, and released when both are recovered.
 */
export const orderKill = async (
  ctx: OrganizationContext,
  { scope: wanted, reason, policy }: OrderKill,
): Promise<KillOrder> => {
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
    }),
    auditStatement(
      ctx,
      'kill.ordered',
      { orderId: id, scope: scope.kind, name: scope.name, reason, policy, agents },
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
  return showOrder(ctx, id)
}
