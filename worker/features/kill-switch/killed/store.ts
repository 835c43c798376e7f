import { and, asc, count, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'
import { killedAgents } from '../schema.ts'

/** How many agents are in which state, for each target of these orders. */
export const countsOf = (ctx: OrganizationContext, orderIds: readonly string[]) =>
  ctx.db
    .select({
      orderId: killedAgents.orderId,
      connectorId: killedAgents.connectorId,
      state: killedAgents.state,
      count: count(),
    })
    .from(killedAgents)
    .where(
      and(
        eq(killedAgents.organizationId, ctx.organizationId),
        sql`${killedAgents.orderId} in (select value from json_each(${JSON.stringify(orderIds)}))`,
      ),
    )
    .groupBy(killedAgents.orderId, killedAgents.connectorId, killedAgents.state)

/** Takes in what the connector found; said again it changes nothing. Agents that the registry does not know come in too. */
export const tellAgentsStatement = (ctx: OrganizationContext, orderId: string, connectorId: string, told: string) =>
  ctx.db
    .insert(killedAgents)
    .select(sql`
      select t.order_id, t.connector_id, j.value ->> 'agent', t.organization_id,
        (select a.id from agents a where a.connector_id = t.connector_id and a.external_id = j.value ->> 'agent'),
        j.value ->> 'state', cast(unixepoch(j.value ->> 'at', 'subsec') * 1000 as integer), j.value, 0, null
      from json_each(${told}) j
      join kill_targets t on t.order_id = ${orderId} and t.connector_id = ${connectorId}
        and t.organization_id = ${ctx.organizationId}
      where true`)
    .onConflictDoUpdate({
      target: [killedAgents.orderId, killedAgents.connectorId, killedAgents.externalId],
      set: {
        state: sql`excluded.state`,
        at: sql`excluded.at`,
        told: sql`excluded.told`,
        agentId: sql`coalesce(killed_agents.agent_id, excluded.agent_id)`,
      },
      setWhere: sql`excluded.told is not killed_agents.told`,
    })

/** Of agents that the connector did not speak of, though it said that it is done: its gateway has none of them. */
export const absentStatement = (ctx: OrganizationContext, orderId: string, connectorId: string, at: number) =>
  ctx.db
    .update(killedAgents)
    .set({ state: 'absent', at })
    .where(
      and(
        eq(killedAgents.organizationId, ctx.organizationId),
        eq(killedAgents.orderId, orderId),
        eq(killedAgents.connectorId, connectorId),
        eq(killedAgents.state, 'ordered'),
      ),
    )

export const brokenStatement = (
  ctx: OrganizationContext,
  connectorId: string,
  { agent, orders }: { agent: string; orders: string[] },
  at: number,
) =>
  ctx.db
    .update(killedAgents)
    .set({ brokenCount: sql`${killedAgents.brokenCount} + 1`, brokenAt: at })
    .where(
      and(
        eq(killedAgents.organizationId, ctx.organizationId),
        eq(killedAgents.connectorId, connectorId),
        eq(killedAgents.externalId, agent),
        sql`${killedAgents.orderId} in (select value from json_each(${JSON.stringify(orders)}))`,
        // The same event told again is not another one.
        or(isNull(killedAgents.brokenAt), lt(killedAgents.brokenAt, at)),
      ),
    )

/** Agents that this order does not hold any more: another one that is open holds them, or none. */
export const releaseAgentsStatement = (ctx: OrganizationContext, orderId: string, connectorId: string) => {
  const other = sql`(select k.order_id from killed_agents k join kill_orders o on o.id = k.order_id
    where k.agent_id = agents.id and o.recover_at is null order by k.order_id limit 1)`
  return ctx.db
    .update(agents)
    .set({ stopOrderId: other, stoppedAt: sql`iif(${other} is null, null, stopped_at)` })
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.connectorId, connectorId),
        eq(agents.stopOrderId, orderId),
      ),
    )
}

export const listKilledRows = (
  ctx: OrganizationContext,
  orderId: string,
  connectorId: string | undefined,
  limit: number,
  beyond: { connectorId: string; externalId: string } | undefined,
) =>
  ctx.db
    .select({ killed: killedAgents, name: agents.name, displayName: agents.displayName })
    .from(killedAgents)
    .leftJoin(agents, eq(agents.id, killedAgents.agentId))
    .where(
      and(
        eq(killedAgents.organizationId, ctx.organizationId),
        eq(killedAgents.orderId, orderId),
        connectorId === undefined ? undefined : eq(killedAgents.connectorId, connectorId),
        beyond &&
          sql`(${killedAgents.connectorId}, ${killedAgents.externalId}) > (${beyond.connectorId}, ${beyond.externalId})`,
      ),
    )
    .orderBy(asc(killedAgents.connectorId), asc(killedAgents.externalId))
    .limit(limit)

/** The gateway's ids of the agents that an order names at a connector. */
export const namedAgents = async (ctx: RequestContext, orderId: string, connectorId: string): Promise<string[]> => {
  const rows = await ctx.db
    .select({ externalId: killedAgents.externalId })
    .from(killedAgents)
    .where(and(eq(killedAgents.orderId, orderId), eq(killedAgents.connectorId, connectorId)))
  return rows.map(({ externalId }) => externalId)
}

/** What recovering left as somebody had changed it, as `agent: path`. */
export const differing = async (ctx: OrganizationContext, orderId: string, connectorId: string): Promise<string[]> => {
  const rows = await ctx.db.all<{ differs: string }>(sql`
    select k.external_id || ': ' || d.value as differs
    from killed_agents k, json_each(k.told, '$.differs') d
    where k.organization_id = ${ctx.organizationId} and k.order_id = ${orderId} and k.connector_id = ${connectorId}
      and k.told is not null and k.state = 'recovered'
    order by k.external_id limit 100`)
  return rows.map(({ differs }) => differs)
}
