import { and, asc, eq, getTableColumns, ne, or, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { type Condition, insertWhere } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { users } from '../../users/index.ts'
import { auditSearches, type SearchRow } from '../schema.ts'
import { ownSearchesMax, sharedSearchesMax } from './contract.ts'
import { maySee, type Searcher } from './rules.ts'

const own = (ctx: OrganizationContext) => eq(auditSearches.organizationId, ctx.organizationId)

const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({ ...getTableColumns(auditSearches), ownerName: users.name })
    .from(auditSearches)
    .leftJoin(users, eq(users.id, auditSearches.ownerId))
export type DescribedSearch = Awaited<ReturnType<typeof described>>[number]

export const searchesSeenBy = (ctx: OrganizationContext, { id }: Searcher): Promise<DescribedSearch[]> =>
  described(ctx)
    .where(and(own(ctx), or(eq(auditSearches.ownerId, id), auditSearches.isShared)))
    .orderBy(asc(auditSearches.name), asc(auditSearches.id))
    .limit(ownSearchesMax + sharedSearchesMax)

/** Throws `not_found` for one that is not there, and for somebody else's that is not shared. */
export const getSearch = async (
  ctx: OrganizationContext,
  searchId: string,
  searcher: Searcher,
): Promise<DescribedSearch> => {
  const [row] = await described(ctx).where(and(own(ctx), eq(auditSearches.id, searchId)))
  if (!row || !maySee(row, searcher)) throw notFound('Saved search')
  return row
}

const fewerThan = (ctx: OrganizationContext, whose: Condition, most: number): Condition =>
  sql`(select count(*) from audit_searches where organization_id = ${ctx.organizationId} and ${whose}) < ${most}`
const hasRoom = (ctx: OrganizationContext, ownerId: string) =>
  fewerThan(ctx, sql`owner_id = ${ownerId}`, ownSearchesMax)
const hasRoomToShare = (ctx: OrganizationContext) => fewerThan(ctx, sql`is_shared`, sharedSearchesMax)
const isFree = (ctx: OrganizationContext, { ownerId, name, id }: SearchRow): Condition =>
  sql`not exists (select 1 from audit_searches where organization_id = ${ctx.organizationId} and owner_id = ${ownerId} and name = ${name} and id <> ${id})`

/** Inserts while its name is free and there is room for it. */
export const insertSearchStatement = (ctx: OrganizationContext, row: SearchRow) => {
  const room = row.isShared ? sql` and ${hasRoomToShare(ctx)}` : sql``
  const condition = sql`${isFree(ctx, row)} and ${hasRoom(ctx, row.ownerId)}${room}`
  return insertWhere(ctx.db, auditSearches, row, condition)
}

/** In the write itself, since the author may take it back meanwhile. */
const isStillSeenBy = ({ id }: Searcher) => or(eq(auditSearches.ownerId, id), auditSearches.isShared)

/** Changes it while the searcher sees it, its name is free, and there is room to share it. */
export const changeSearchStatement = (
  ctx: OrganizationContext,
  searcher: Searcher,
  before: SearchRow,
  after: SearchRow,
) =>
  ctx.db
    .update(auditSearches)
    .set({ name: after.name, query: after.query, isShared: after.isShared, changedAt: after.changedAt })
    .where(
      and(
        own(ctx),
        eq(auditSearches.id, after.id),
        isStillSeenBy(searcher),
        isFree(ctx, after),
        after.isShared && !before.isShared ? hasRoomToShare(ctx) : undefined,
      ),
    )

export const deleteSearchStatement = (ctx: OrganizationContext, searcher: Searcher, searchId: string) =>
  ctx.db.delete(auditSearches).where(and(own(ctx), eq(auditSearches.id, searchId), isStillSeenBy(searcher)))

/** Whether another one of the same owner has this name. */
export const isNameTaken = async (ctx: OrganizationContext, { ownerId, name, id }: SearchRow): Promise<boolean> => {
  const same = and(own(ctx), eq(auditSearches.ownerId, ownerId), eq(auditSearches.name, name), ne(auditSearches.id, id))
  return (await ctx.db.$count(auditSearches, same)) > 0
}
