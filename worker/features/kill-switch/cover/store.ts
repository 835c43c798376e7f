import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'
import { killedAgents, killOrders, killTargets } from '../schema.ts'

/** Whether order `o` is about agent `a`. */
const isAbout = sql`(o.scope_kind = 'organization'
  or (o.scope_kind = 'connector' and a.connector_id = o.scope_ref)
  or (o.scope_kind = 'group' and a.resource_group = o.scope_ref)
  or (o.scope_kind = 'agent' and a.id = o.scope_ref))`

const open = (ctx: OrganizationContext, orderId: string | null): SQL =>
  sql`o.organization_id = ${ctx.organizationId} and o.recover_at is null and (${orderId} is null or o.id = ${orderId})`

/**
 * The connectors of an order; null for all open orders of the organization. Those whose scope is a whole gateway take
 * in every agent of it, also the ones that only the gateway knows.
 */
export const coverTargetsStatement = (ctx: OrganizationContext, orderId: string | null, now: number) =>
  ctx.db
    .insert(killTargets)
    .select(sql`
      select o.id, c.id, o.organization_id, o.scope_kind in ('connector', 'organization'), 'ordered', 1, 0,
        iif(${orderId} is null, ${now}, o.ordered_at), null, null, null, null, null
      from kill_orders o join connectors c on c.organization_id = o.organization_id
      where ${open(ctx, orderId)} and (
        o.scope_kind = 'organization' or (o.scope_kind = 'connector' and c.id = o.scope_ref)
        or exists (select 1 from agents a where a.organization_id = o.organization_id and a.connector_id = c.id
          and a.state = 'active' and o.scope_kind in ('agent', 'group') and ${isAbout}))`)
    .onConflictDoNothing()

/** The agents of an order as the registry has them now. */
export const coverAgentsStatement = (ctx: OrganizationContext, orderId: string | null, now: number) =>
  ctx.db
    .insert(killedAgents)
    .select(sql`
      select o.id, a.connector_id, a.external_id, o.organization_id, a.id, 'ordered', ${now}, null, 0, null
      from kill_orders o join agents a on a.organization_id = o.organization_id
        join kill_targets t on t.order_id = o.id and t.connector_id = a.connector_id
      where ${open(ctx, orderId)} and a.state = 'active' and ${isAbout}`)
    .onConflictDoUpdate({
      target: [killedAgents.orderId, killedAgents.connectorId, killedAgents.externalId],
      set: { agentId: sql`excluded.agent_id` },
      setWhere: sql`killed_agents.agent_id is null`,
    })

/** Connectors that were told names have to be told the new ones; those that stop everything find them by themselves. */
export const tellNewcomersStatement = (ctx: OrganizationContext, now: number) =>
  ctx.db
    .update(killTargets)
    .set({ revision: sql`revision + 1`, state: 'ordered', confirmedAt: null })
    .where(
      and(
        eq(killTargets.organizationId, ctx.organizationId),
        eq(killTargets.isAll, false),
        gt(killTargets.handedRevision, 0),
        sql`exists (select 1 from killed_agents k where k.order_id = kill_targets.order_id
          and k.connector_id = kill_targets.connector_id and k.state = 'ordered' and k.at = ${now})`,
      ),
    )

/** What is wanted of the agents themselves: stopped, as long as one open order says so. */
export const wantStoppedStatement = (ctx: OrganizationContext, now: number) => {
  const order = sql`select k.order_id from killed_agents k join kill_orders o on o.id = k.order_id
    where k.agent_id = agents.id and o.recover_at is null`
  return ctx.db
    .update(agents)
    .set({ stopOrderId: sql`(${order} order by k.order_id limit 1)`, stoppedAt: now })
    .where(and(eq(agents.organizationId, ctx.organizationId), isNull(agents.stopOrderId), sql`exists (${order})`))
}

/** Agents that an open order is about and does not hold yet. */
export const uncovered = async (ctx: OrganizationContext, limit: number) =>
  ctx.db.all<{ orderId: string; connectorId: string; externalId: string }>(sql`
    select o.id as orderId, a.connector_id as connectorId, a.external_id as externalId
    from kill_orders o join agents a on a.organization_id = o.organization_id
    where ${open(ctx, null)} and a.state = 'active' and ${isAbout} and not exists (
      select 1 from killed_agents k where k.order_id = o.id and k.agent_id = a.id)
    limit ${limit}`)

export const hasOpenOrder = async (ctx: OrganizationContext): Promise<boolean> => {
  const [row] = await ctx.db
    .select({ id: killOrders.id })
    .from(killOrders)
    .where(and(eq(killOrders.organizationId, ctx.organizationId), isNull(killOrders.recoverAt)))
    .limit(1)
  return row !== undefined
}

export const organizationsWithOrders = async (ctx: RequestContext): Promise<string[]> => {
  const rows = await ctx.db
    .selectDistinct({ id: killOrders.organizationId })
    .from(killOrders)
    .where(isNull(killOrders.recoverAt))
  return rows.map(({ id }) => id)
}
