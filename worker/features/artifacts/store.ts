import { and, desc, eq, getTableColumns, inArray, isNull, lt, ne, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { type Condition, insertWhere, landed } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { connectors } from '../connectors/schema.ts'
import type { ListArtifacts } from './contract.ts'
import { type ArtifactRow, artifactManifests, artifacts } from './schema.ts'

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(artifacts.organizationId, ctx.organizationId), eq(artifacts.id, id))

/** For everybody but the sweep, what is being removed is not there any more. */
export const getArtifact = async (ctx: OrganizationContext, id: string): Promise<ArtifactRow> => {
  const [row] = await ctx.db
    .select()
    .from(artifacts)
    .where(and(own(ctx, id), ne(artifacts.state, 'deleting')))
  if (!row) throw notFound('Artifact')
  return row
}

export const findArtifact = async (ctx: OrganizationContext, id: string): Promise<ArtifactRow | undefined> => {
  const [row] = await ctx.db.select().from(artifacts).where(own(ctx, id))
  return row
}

/** The one that stands for a file of a connector, if it was begun before. */
export const artifactOfFile = async (ctx: OrganizationContext, connectorId: string, sha256: string) => {
  const [row] = await ctx.db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        eq(artifacts.connectorId, connectorId),
        eq(artifacts.sha256, sha256),
        inArray(artifacts.state, ['uploading', 'stored', 'lost']),
        inArray(artifacts.cause, ['manual', 'checkpoint']),
      ),
    )
  return row
}

/** The newest that holds a package, by the id in the package's own header. */
export const storedPackage = async (ctx: OrganizationContext, packageId: string) => {
  const [row] = await ctx.db
    .select({ id: artifacts.id })
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        eq(artifacts.packageId, packageId),
        eq(artifacts.state, 'stored'),
      ),
    )
    .orderBy(desc(artifacts.id))
    .limit(1)
  return row
}

export const listArtifactRows = (
  ctx: OrganizationContext,
  { connectorId, state, intent, limit }: ListArtifacts,
  beyond: string | undefined,
) =>
  ctx.db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        ne(artifacts.state, 'deleting'),
        connectorId === undefined ? undefined : eq(artifacts.connectorId, connectorId),
        state === undefined ? undefined : eq(artifacts.state, state),
        intent === undefined ? undefined : eq(artifacts.intent, intent),
        beyond === undefined ? undefined : lt(artifacts.id, beyond),
      ),
    )
    .orderBy(desc(artifacts.id))
    .limit(limit + 1)

export const manifestOf = async (ctx: OrganizationContext, artifactId: string) => {
  const [row] = await ctx.db
    .select()
    .from(artifactManifests)
    .where(and(eq(artifactManifests.organizationId, ctx.organizationId), eq(artifactManifests.artifactId, artifactId)))
  return row
}

/** Nothing when the same file of the connector is here already, or one is being made by the connector. */
export const insertArtifactStatement = (ctx: OrganizationContext, row: typeof artifacts.$inferInsert) =>
  ctx.db
    .insert(artifacts)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** Behind a guarded write of the artifact: only if that landed. */
export const insertManifestStatement = (ctx: OrganizationContext, row: typeof artifactManifests.$inferInsert) =>
  insertWhere(ctx.db, artifactManifests, { ...row, organizationId: ctx.organizationId }, landed)

/** Changes it only from one of these states: whoever comes second changes nothing. */
export const moveArtifactStatement = (
  ctx: OrganizationContext,
  id: string,
  from: readonly ArtifactRow['state'][],
  change: Partial<typeof artifacts.$inferInsert>,
  more?: Condition,
) =>
  ctx.db
    .update(artifacts)
    .set(change)
    .where(and(own(ctx, id), inArray(artifacts.state, [...from]), more))

/** What is left of it in the database, once the bucket has nothing of it. */
export const forgetArtifactStatements = (ctx: OrganizationContext, id: string) =>
  [
    ctx.db
      .delete(artifactManifests)
      .where(and(eq(artifactManifests.organizationId, ctx.organizationId), eq(artifactManifests.artifactId, id))),
    ctx.db.delete(artifacts).where(and(own(ctx, id), inArray(artifacts.state, ['deleting', 'failed']))),
  ] as const

/** Of all organizations: what was given up before it was there. */
export const overdueArtifacts = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select()
    .from(artifacts)
    .where(and(sql`state in ('ordered', 'uploading')`, lt(artifacts.deadline, now)))
    .limit(limit)

/** Of all organizations: deleted, and not yet out of the bucket. */
export const leavingArtifacts = (ctx: RequestContext, limit: number) =>
  ctx.db
    .select({ id: artifacts.id, organizationId: artifacts.organizationId })
    .from(artifacts)
    .where(sql`state = 'deleting'`)
    .limit(limit)

/** Of all organizations: what was never made, after its time to be looked at. */
export const staleFailures = (ctx: RequestContext, before: number, limit: number) =>
  ctx.db
    .select({ id: artifacts.id, organizationId: artifacts.organizationId })
    .from(artifacts)
    .where(and(eq(artifacts.state, 'failed'), lt(artifacts.deadline, before)))
    .limit(limit)

/** Of all organizations: ordered, and no session has the command yet. */
export const notHandedOver = (ctx: RequestContext, limit: number) =>
  ctx.db
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.state, 'ordered'), isNull(artifacts.handedOverAt)))
    .limit(limit)

export const connectorRow = async (ctx: OrganizationContext, id: string) => {
  const [row] = await ctx.db
    .select(getTableColumns(connectors))
    .from(connectors)
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, id)))
  if (!row) throw notFound('Connector')
  return row
}

/** What is stored of a schedule's making, the newest first. */
export const storedOfSchedule = (ctx: OrganizationContext, scheduleId: string, connectorId: string) =>
  ctx.db
    .select({ id: artifacts.id, madeAt: artifacts.createdAt, provenAt: artifacts.provenAt })
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        eq(artifacts.connectorId, connectorId),
        eq(artifacts.scheduleId, scheduleId),
        eq(artifacts.state, 'stored'),
      ),
    )
    .orderBy(desc(artifacts.id))
