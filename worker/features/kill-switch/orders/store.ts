import { and, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import type { ListOrders } from '../contract.ts'
import { type KillOrderRow, killOrders } from '../schema.ts'

const ownOrder = (ctx: OrganizationContext, id: string) =>
  and(eq(killOrders.organizationId, ctx.organizationId), eq(killOrders.id, id))

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
