import { and, asc, desc, eq, gt, inArray, lt, lte, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { insertWhere } from '../../../platform/db.ts'
import { ruleSets } from '../../rules/schema.ts'
import { trustedCauses } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { type SnapshotRow, snapshots } from '../schema.ts'

const own = (ctx: OrganizationContext, agentId: string, scope: SnapshotScope) =>
  and(eq(snapshots.organizationId, ctx.organizationId), eq(snapshots.agentId, agentId), eq(snapshots.scope, scope))

/** The newest version of each scope of these agents. */
export const newestOf = async (ctx: OrganizationContext, agentIds: readonly string[]) =>
  ctx.db
    .select({
      agentId: snapshots.agentId,
      scope: snapshots.scope,
      // SQLite takes the other columns from the row of the maximum.
      version: sql<number>`max(${snapshots.version})`,
      hash: snapshots.hash,
      cause: snapshots.cause,
      at: snapshots.at,
    })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.organizationId, ctx.organizationId),
        sql`${snapshots.agentId} in (select value from json_each(${JSON.stringify(agentIds)}))`,
      ),
    )
    .groupBy(snapshots.agentId, snapshots.scope)

/** Only directly behind the version that the caller has seen; at most one of two takes a number. */
export const insertSnapshotStatement = (ctx: OrganizationContext, row: SnapshotRow) =>
  insertWhere(
    ctx.db,
    snapshots,
    { ...row, organizationId: ctx.organizationId },
    sql`coalesce((select max(version) from snapshots where agent_id = ${row.agentId} and scope = ${row.scope}), 0) = ${row.version - 1}`,
  )

export const versionRow = async (ctx: OrganizationContext, agentId: string, scope: SnapshotScope, version: number) => {
  const [row] = await ctx.db
    .select()
    .from(snapshots)
    .where(and(own(ctx, agentId, scope), eq(snapshots.version, version)))
  return row
}

export const versionRows = (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  limit: number,
  beyond: number | undefined,
) =>
  ctx.db
    .select()
    .from(snapshots)
    .where(and(own(ctx, agentId, scope), beyond === undefined ? undefined : lt(snapshots.version, beyond)))
    .orderBy(desc(snapshots.version))
    .limit(limit)

/** The newest version that was made or accepted here. */
export const trustedRow = async (ctx: OrganizationContext, agentId: string, scope: SnapshotScope) => {
  const [row] = await ctx.db
    .select()
    .from(snapshots)
    .where(and(own(ctx, agentId, scope), inArray(snapshots.cause, [...trustedCauses])))
    .orderBy(desc(snapshots.version))
    .limit(1)
  return row
}

/** The version that was the newest at a moment. */
export const rowAt = async (ctx: OrganizationContext, agentId: string, scope: SnapshotScope, at: number) => {
  const [row] = await ctx.db
    .select()
    .from(snapshots)
    .where(and(own(ctx, agentId, scope), lte(snapshots.at, at)))
    .orderBy(desc(snapshots.version))
    .limit(1)
  return row
}

export const rulesVersionAt = async (ctx: OrganizationContext, at: number): Promise<number> => {
  const [row] = await ctx.db
    .select({ version: sql<number>`coalesce(max(${ruleSets.version}), 0)` })
    .from(ruleSets)
    .where(and(eq(ruleSets.organizationId, ctx.organizationId), lte(ruleSets.changedAt, at)))
  return row?.version ?? 0
}

/** The first version behind one. */
export const nextRow = async (ctx: OrganizationContext, agentId: string, scope: SnapshotScope, version: number) => {
  const [row] = await ctx.db
    .select()
    .from(snapshots)
    .where(and(own(ctx, agentId, scope), gt(snapshots.version, version)))
    .orderBy(asc(snapshots.version))
    .limit(1)
  return row
}
