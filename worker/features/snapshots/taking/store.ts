import { and, desc, eq, gt, inArray, notExists, or, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agentChanges } from '../../agents/schema.ts'
import { killedAgents, killOrders } from '../../kill-switch/schema.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { snapshotContents, snapshots } from '../schema.ts'

export const insertContentStatement = (ctx: OrganizationContext, row: typeof snapshotContents.$inferInsert) =>
  ctx.db
    .insert(snapshotContents)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** By their hashes, those that are there. */
export const contentsOf = (ctx: OrganizationContext, hashes: readonly string[]) =>
  ctx.db
    .select({ hash: snapshotContents.hash, sealed: snapshotContents.sealed })
    .from(snapshotContents)
    .where(
      and(
        eq(snapshotContents.organizationId, ctx.organizationId),
        sql`${snapshotContents.hash} in (select value from json_each(${JSON.stringify([...new Set(hashes)])}))`,
      ),
    )

/** Of these keys, those under which something is kept. */
export const keysThere = async (ctx: OrganizationContext, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  if (keys.length === 0) return new Set()
  const rows = await ctx.db
    .select({ hash: snapshotContents.hash })
    .from(snapshotContents)
    .where(
      and(
        eq(snapshotContents.organizationId, ctx.organizationId),
        sql`${snapshotContents.hash} in (select value from json_each(${JSON.stringify(keys)}))`,
      ),
    )
  return new Set(rows.map(({ hash }) => hash))
}

/** The kinds of changes that make versions of a scope. */
const kindsOf = {
  agent_config: ['config', 'disable', 'enable', 'create'],
  bindings: ['bindings'],
  workspace_bundle: ['file'],
  dependency_meta: [],
} as const satisfies Record<SnapshotScope, readonly (typeof agentChanges.$inferSelect)['kind'][]>

/** What was ordered here and found done with exactly this result, as long as it has made no version yet. */
export const changeThatMade = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  { hash, reference }: { hash: string; reference: string | null },
) => {
  const [row] = await ctx.db
    .select()
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.agentId, agentId),
        eq(agentChanges.state, 'confirmed'),
        inArray(agentChanges.kind, [...kindsOf[scope]]),
        or(eq(agentChanges.after, hash), reference === null ? undefined : eq(agentChanges.reference, reference)),
        notExists(
          ctx.db
            .select({ id: snapshots.id })
            .from(snapshots)
            .where(and(eq(snapshots.agentId, agentId), eq(snapshots.changeId, agentChanges.id))),
        ),
      ),
    )
    .orderBy(desc(agentChanges.id))
    .limit(1)
  return row
}

/** Confirmed changes of files since a moment, by which hash the file then had; the newest first. */
export const fileChangesSince = (ctx: OrganizationContext, agentId: string, since: number) =>
  ctx.db
    .select()
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.agentId, agentId),
        eq(agentChanges.state, 'confirmed'),
        inArray(agentChanges.kind, [...kindsOf.workspace_bundle]),
        gt(agentChanges.orderedAt, since),
      ),
    )
    .orderBy(desc(agentChanges.id))
    .limit(200)

/** The newest order of the kill switch that an agent is or was under. */
export const newestHold = async (ctx: OrganizationContext, agentId: string) => {
  const [row] = await ctx.db
    .select({
      orderedById: killOrders.orderedById,
      orderedByName: killOrders.orderedByName,
      recoverById: killOrders.recoverById,
      recoverByName: killOrders.recoverByName,
      recoverAt: killOrders.recoverAt,
    })
    .from(killedAgents)
    .innerJoin(killOrders, eq(killOrders.id, killedAgents.orderId))
    .where(and(eq(killedAgents.organizationId, ctx.organizationId), eq(killedAgents.agentId, agentId)))
    // An order that holds goes before one that was taken back.
    .orderBy(sql`${killOrders.recoverAt} is not null`, desc(killOrders.id))
    .limit(1)
  return row
}
