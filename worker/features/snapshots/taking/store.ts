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
  gateway_config: [],
} as const satisfies Record<SnapshotScope, readonly (typeof agentChanges.$inferSelect)['kind'][]>

/** How long behind its order a change may be seen whose answer was lost: it is done within two minutes, or not at all. */
const unansweredMs = 3_600_000

/** Nobody has answered it; what it was to come to is in its note. */
const unanswered = (at: number) =>
  and(inArray(agentChanges.state, ['ordered', 'lapsed']), gt(agentChanges.orderedAt, at - unansweredMs))

/** A field of the note that a rollback writes with its change; null of any other reason. */
const noted = (field: 'target' | 'wrote') =>
  sql<
    string | null
  >`case when json_valid(${agentChanges.reason}) then json_extract(${agentChanges.reason}, ${`$.${field}`}) end`

/**
 * What was ordered here and found done with exactly this result, as long as it has made no version yet. Of a rollback its
 * result is known before it is answered: a gateway that went in between may be looked at first.
 */
export const changeThatMade = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  { hash, reference, at }: { hash: string; reference: string | null; at: number },
) => {
  const [row] = await ctx.db
    .select()
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.agentId, agentId),
        inArray(agentChanges.kind, [...kindsOf[scope]]),
        or(
          and(
            eq(agentChanges.state, 'confirmed'),
            or(eq(agentChanges.after, hash), reference === null ? undefined : eq(agentChanges.reference, reference)),
          ),
          and(unanswered(at), sql`${noted('target')} = ${hash}`),
        ),
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

/** Changes of files since a moment, with the hash that each then has, as far as it is known; the newest first. */
export const fileChangesSince = (ctx: OrganizationContext, agentId: string, since: number) =>
  ctx.db
    .select({ change: agentChanges, wrote: sql<string | null>`coalesce(${agentChanges.after}, ${noted('wrote')})` })
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.agentId, agentId),
        or(eq(agentChanges.state, 'confirmed'), unanswered(ctx.now().getTime())),
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
