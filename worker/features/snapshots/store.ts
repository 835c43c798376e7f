import { and, asc, desc, eq, gt, inArray, lt, lte, ne, notExists, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { insertWhere } from '../../platform/db.ts'
import { agentChanges, agents } from '../agents/schema.ts'
import { killedAgents, killOrders } from '../kill-switch/schema.ts'
import { ruleSets } from '../rules/schema.ts'
import { type ListDrift, trustedCauses } from './contract.ts'
import type { SnapshotScope } from './diff/contract.ts'
import {
  type DriftIgnoresRow,
  driftIgnores,
  type SnapshotRow,
  snapshotAgentChecks,
  snapshotChecks,
  snapshotContents,
  snapshots,
} from './schema.ts'

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

export const insertContentStatement = (ctx: OrganizationContext, row: typeof snapshotContents.$inferInsert) =>
  ctx.db
    .insert(snapshotContents)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

export const contentOf = async (ctx: OrganizationContext, hash: string): Promise<string | undefined> => {
  const [row] = await ctx.db
    .select({ sealed: snapshotContents.sealed })
    .from(snapshotContents)
    .where(and(eq(snapshotContents.organizationId, ctx.organizationId), eq(snapshotContents.hash, hash)))
  return row?.sealed
}

/** The same of many, by their hashes. */
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

const newest = alias(snapshots, 'newest')
const trusted = alias(snapshots, 'trusted')
const first = alias(snapshots, 'first')

/** Where a page of drift goes on, newest first: when it began, and whose it is among those of one moment. */
export interface BeyondDrift {
  since: number
  agentId: string
  /** Of that agent this scope has not been told yet. */
  isOpen: boolean
}

/**
 * Active agents whose newest version of a scope is another than the newest that was made or accepted here. Found by each
 * agent's own end of the index, however many versions there are; what of it nobody minds is for the caller to say.
 */
export const driftCandidates = (
  ctx: OrganizationContext,
  scope: SnapshotScope,
  filter: Pick<ListDrift, 'connectorId' | 'agentId' | 'resourceGroup'>,
  limit: number,
  beyond: BeyondDrift | undefined,
) => {
  const last = (only: SQL) =>
    sql`(select version from snapshots where agent_id = ${agents.id} and scope = ${scope} and ${only} order by version desc limit 1)`
  const isOf = (table: typeof newest | typeof trusted | typeof first, version: SQL) =>
    and(eq(table.agentId, agents.id), eq(table.scope, scope), eq(table.version, version))
  return ctx.db
    .select({
      agentId: agents.id,
      agentName: sql<string>`coalesce(${agents.displayName}, ${agents.name})`,
      connectorId: agents.connectorId,
      newest: newest.version,
      newestHash: newest.hash,
      newestCause: newest.cause,
      isHeld: sql<number>`${agents.stopOrderId} is not null`,
      at: newest.at,
      trusted: trusted.version,
      trustedHash: trusted.hash,
      since: first.at,
    })
    .from(agents)
    .innerJoin(newest, isOf(newest, last(sql`true`)))
    .innerJoin(trusted, isOf(trusted, last(sql`cause in ${trustedCauses}`)))
    .innerJoin(first, isOf(first, sql`${trusted.version} + 1`))
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.state, 'active'),
        filter.connectorId === undefined ? undefined : eq(agents.connectorId, filter.connectorId),
        filter.agentId === undefined ? undefined : eq(agents.id, filter.agentId),
        filter.resourceGroup === undefined ? undefined : eq(agents.resourceGroup, filter.resourceGroup),
        ne(newest.hash, trusted.hash),
        beyond &&
          sql`(${first.at}, ${agents.id}) ${beyond.isOpen ? sql`<=` : sql`<`} (${beyond.since}, ${beyond.agentId})`,
      ),
    )
    .orderBy(desc(first.at), desc(agents.id))
    .limit(limit)
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

/** Asked for twice it is looked at once, at the earlier moment. */
export const checkSoonStatement = (ctx: OrganizationContext, connectorId: string, dueAt: number) =>
  ctx.db
    .insert(snapshotChecks)
    .values({ connectorId, organizationId: ctx.organizationId, dueAt })
    .onConflictDoUpdate({
      target: snapshotChecks.connectorId,
      set: { dueAt: sql`min(${snapshotChecks.dueAt}, ${dueAt})` },
    })

/** All active agents of a connector are due at that moment, or stay due at an earlier one. */
export const checkAgentsSoonStatement = (ctx: OrganizationContext, connectorId: string, dueAt: number) =>
  ctx.db
    .insert(snapshotAgentChecks)
    .select(
      sql`select id, organization_id, ${dueAt} from agents
        where organization_id = ${ctx.organizationId} and connector_id = ${connectorId} and state = 'active'`,
    )
    .onConflictDoUpdate({
      target: snapshotAgentChecks.agentId,
      set: { dueAt: sql`excluded.due_at` },
      setWhere: sql`${snapshotAgentChecks.dueAt} > excluded.due_at`,
    })

/** Of all organizations; without an agent where that is gone. */
export const dueAgentChecks = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select({
      agentId: snapshotAgentChecks.agentId,
      organizationId: snapshotAgentChecks.organizationId,
      dueAt: snapshotAgentChecks.dueAt,
      isActive: sql<number>`exists (select 1 from agents where id = ${snapshotAgentChecks.agentId} and state = 'active')`,
    })
    .from(snapshotAgentChecks)
    .where(lte(snapshotAgentChecks.dueAt, now))
    .orderBy(snapshotAgentChecks.dueAt)
    .limit(limit)

/** Only while nobody asked for it anew since it was found due. */
export const agentCheckedStatement = (ctx: RequestContext, agentId: string, foundDueAt: number, nextAt: number) =>
  ctx.db
    .update(snapshotAgentChecks)
    .set({ dueAt: nextAt })
    .where(and(eq(snapshotAgentChecks.agentId, agentId), eq(snapshotAgentChecks.dueAt, foundDueAt)))

export const forgetAgentCheckStatement = (ctx: RequestContext, agentId: string) =>
  ctx.db.delete(snapshotAgentChecks).where(eq(snapshotAgentChecks.agentId, agentId))

/** Of all organizations. */
export const dueChecks = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db.select().from(snapshotChecks).where(lte(snapshotChecks.dueAt, now)).orderBy(snapshotChecks.dueAt).limit(limit)

/** Only while nobody asked for it anew since it was found due. */
export const checkedStatement = (ctx: RequestContext, connectorId: string, foundDueAt: number, nextAt: number) =>
  ctx.db
    .update(snapshotChecks)
    .set({ dueAt: nextAt })
    .where(and(eq(snapshotChecks.connectorId, connectorId), eq(snapshotChecks.dueAt, foundDueAt)))

export const forgetCheckStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .delete(snapshotChecks)
    .where(and(eq(snapshotChecks.organizationId, ctx.organizationId), eq(snapshotChecks.connectorId, connectorId)))

/** A connector's active agents, under our ids and the gateway's. */
export const activeAgentsOf = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select({ id: agents.id, externalId: agents.externalId, connectorId: agents.connectorId })
    .from(agents)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.connectorId, connectorId),
        eq(agents.state, 'active'),
      ),
    )

export const ignoresRow = async (ctx: OrganizationContext): Promise<DriftIgnoresRow | undefined> => {
  const [row] = await ctx.db.select().from(driftIgnores).where(eq(driftIgnores.organizationId, ctx.organizationId))
  return row
}

/** Only directly behind the version that the caller has seen; the first is made on none. */
export const putIgnoresStatement = (ctx: OrganizationContext, row: DriftIgnoresRow) =>
  ctx.db
    .insert(driftIgnores)
    .select(
      sql`select ${ctx.organizationId}, ${row.version}, ${JSON.stringify(row.patterns)}, ${row.changedAt}, ${row.changedByName}
        where coalesce((select version from drift_ignores where organization_id = ${ctx.organizationId}), 0) = ${row.version - 1}`,
    )
    .onConflictDoUpdate({
      target: driftIgnores.organizationId,
      set: {
        version: sql`excluded.version`,
        patterns: sql`excluded.patterns`,
        changedAt: sql`excluded.changed_at`,
        changedByName: sql`excluded.changed_by_name`,
      },
    })

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
