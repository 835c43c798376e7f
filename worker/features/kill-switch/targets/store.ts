import { and, asc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { connectors } from '../../connectors/schema.ts'
import { killOrders, killTargets } from '../schema.ts'

const ownTarget = (ctx: OrganizationContext, orderId: string, connectorId: string) =>
  and(
    eq(killTargets.organizationId, ctx.organizationId),
    eq(killTargets.orderId, orderId),
    eq(killTargets.connectorId, connectorId),
  )

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

/** In the batch of a recovery, directly behind what tells of it. */
export const recoverTargetsStatement = (ctx: OrganizationContext, orderId: string) =>
  ctx.db
    .update(killTargets)
    .set({ state: 'recovering', revision: sql`${killTargets.revision} + 1`, failure: null, detail: null })
    .where(and(eq(killTargets.organizationId, ctx.organizationId), eq(killTargets.orderId, orderId), landed))

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
