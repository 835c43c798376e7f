import { and, asc, count, desc, eq, gt, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { landed } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { ListOrders } from './contract.ts'
import { type KillOrderRow, killedAgents, killOrders, killTargets } from './schema.ts'

const ownOrder = (ctx: OrganizationContext, id: string) =>
  and(eq(killOrders.organizationId, ctx.organizationId), eq(killOrders.id, id))
const ownTarget = (ctx: OrganizationContext, orderId: string, connectorId: string) =>
  and(
    eq(killTargets.organizationId, ctx.organizationId),
    eq(killTargets.orderId, orderId),
    eq(killTargets.connectorId, connectorId),
  )

export const insertOrderStatement = (ctx: OrganizationContext, row: typeof killOrders.$inferInsert) =>
  ctx.db
    .insert(killOrders)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** The order that was given under a key of ours; null while there is none. */
export const orderByKey = async (ctx: OrganizationContext, key: string): Promise<string | null> => {
  const [row] = await ctx.db
    .select({ id: killOrders.id })
    .from(killOrders)
    .where(and(eq(killOrders.organizationId, ctx.organizationId), eq(killOrders.onceKey, key)))
  return row?.id ?? null
}

/** Which of these orders somebody has taken back. */
export const takenBack = async (ctx: OrganizationContext, ids: readonly string[]): Promise<string[]> => {
  const rows = await ctx.db
    .select({ id: killOrders.id })
    .from(killOrders)
    .where(
      and(
        eq(killOrders.organizationId, ctx.organizationId),
        isNotNull(killOrders.recoverAt),
        sql`${killOrders.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
  return rows.map(({ id }) => id)
}

export const getOrder = async (ctx: OrganizationContext, id: string): Promise<KillOrderRow> => {
  const [row] = await ctx.db.select().from(killOrders).where(ownOrder(ctx, id))
  if (!row) throw notFound('Order')
  return row
}

export const listOrderRows = (
  ctx: OrganizationContext,
  { state, limit }: ListOrders,
  beyond: string | undefined,
): Promise<KillOrderRow[]> =>
  ctx.db
    .select()
    .from(killOrders)
    .where(
      and(
        eq(killOrders.organizationId, ctx.organizationId),
        state === 'open' ? isNull(killOrders.endedAt) : undefined,
        state === 'ended' ? isNotNull(killOrders.endedAt) : undefined,
        beyond === undefined ? undefined : lt(killOrders.id, beyond),
      ),
    )
    .orderBy(desc(killOrders.id))
    .limit(limit + 1)

const whose = (ids: readonly string[]) =>
  sql`${killTargets.orderId} in (select value from json_each(${JSON.stringify(ids)}))`

/** Targets of these orders with what is known of their connectors. */
export const targetsOf = (ctx: OrganizationContext, orderIds: readonly string[]) =>
  ctx.db
    .select({
      target: killTargets,
      connector: {
        name: connectors.name,
        state: connectors.state,
        groups: connectors.groups,
        gatewayConnected: connectors.gatewayConnected,
      },
    })
    .from(killTargets)
    .leftJoin(connectors, eq(connectors.id, killTargets.connectorId))
    .where(and(eq(killTargets.organizationId, ctx.organizationId), whose(orderIds)))
    .orderBy(asc(killTargets.orderId), asc(killTargets.connectorId))
export type JoinedTarget = Awaited<ReturnType<typeof targetsOf>>[number]

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

export const targetOf = async (ctx: OrganizationContext, orderId: string, connectorId: string) => {
  const [row] = await ctx.db
    .select({ target: killTargets, order: killOrders })
    .from(killTargets)
    .innerJoin(killOrders, eq(killOrders.id, killTargets.orderId))
    .where(ownTarget(ctx, orderId, connectorId))
  return row
}

/** Only from the state that was read: of two who settle it at once, one tells. */
export const settleTargetStatement = (
  ctx: OrganizationContext,
  { orderId, connectorId, state }: typeof killTargets.$inferSelect,
  change: Partial<typeof killTargets.$inferInsert>,
) =>
  ctx.db
    .update(killTargets)
    .set(change)
    .where(and(ownTarget(ctx, orderId, connectorId), eq(killTargets.state, state)))

export const deliverTargetStatement = (
  ctx: OrganizationContext,
  orderId: string,
  connectorId: string,
  deliveredAt: number,
) =>
  ctx.db
    .update(killTargets)
    .set({ deliveredAt, state: sql`iif(${killTargets.state} = 'ordered', 'delivered', ${killTargets.state})` })
    .where(and(ownTarget(ctx, orderId, connectorId), isNull(killTargets.deliveredAt)))

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

/** Once: whoever comes second changes nothing. */
export const recoverOrderStatement = (
  ctx: OrganizationContext,
  id: string,
  recovery: Pick<typeof killOrders.$inferInsert, 'recoverAt' | 'recoverById' | 'recoverByName' | 'recoverReason'>,
) =>
  ctx.db
    .update(killOrders)
    .set(recovery)
    .where(and(ownOrder(ctx, id), isNull(killOrders.recoverAt)))

/** In the batch of a recovery, directly behind what tells of it. */
export const recoverTargetsStatement = (ctx: OrganizationContext, orderId: string) =>
  ctx.db
    .update(killTargets)
    .set({ state: 'recovering', revision: sql`${killTargets.revision} + 1`, failure: null, detail: null })
    .where(and(eq(killTargets.organizationId, ctx.organizationId), eq(killTargets.orderId, orderId), landed))

export const endOrderStatement = (ctx: OrganizationContext, id: string, endedAt: number) =>
  ctx.db
    .update(killOrders)
    .set({ endedAt })
    .where(
      and(
        ownOrder(ctx, id),
        isNotNull(killOrders.recoverAt),
        isNull(killOrders.endedAt),
        sql`not exists (select 1 from kill_targets t where t.order_id = ${id} and t.state <> 'recovered')`,
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

/** What sessions have not been told yet, oldest first; of one order, of one connector, or of everybody. */
export const targetsToHandOver = (ctx: RequestContext, of: { orderId?: string; connectorId?: string }, limit: number) =>
  ctx.db
    .select({ target: killTargets, order: killOrders, connector: { id: connectors.id } })
    .from(killTargets)
    .innerJoin(killOrders, eq(killOrders.id, killTargets.orderId))
    .leftJoin(connectors, eq(connectors.id, killTargets.connectorId))
    .where(
      and(
        gt(killTargets.revision, killTargets.handedRevision),
        of.orderId === undefined ? undefined : eq(killTargets.orderId, of.orderId),
        of.connectorId === undefined ? undefined : eq(killTargets.connectorId, of.connectorId),
      ),
    )
    .orderBy(asc(killTargets.orderedAt))
    .limit(limit)
export type Waiting = Awaited<ReturnType<typeof targetsToHandOver>>[number]

export const handedOverStatement = (
  ctx: OrganizationContext,
  { orderId, connectorId, revision }: typeof killTargets.$inferSelect,
) =>
  ctx.db
    .update(killTargets)
    .set({ handedRevision: revision })
    .where(and(ownTarget(ctx, orderId, connectorId), lt(killTargets.handedRevision, revision)))

/** A connector that refused for want of the group has it now: it is told anew. */
export const tellAnewStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .update(killTargets)
    .set({ revision: sql`${killTargets.revision} + 1`, failure: null, detail: null, state: 'ordered' })
    .where(
      and(
        eq(killTargets.organizationId, ctx.organizationId),
        eq(killTargets.connectorId, connectorId),
        eq(killTargets.state, 'failed'),
        eq(killTargets.failure, 'read_only'),
      ),
    )

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
