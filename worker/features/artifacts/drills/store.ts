import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { type ArtifactDrillRow, artifactDrills, artifacts } from '../schema.ts'
import type { ListArtifactDrills } from './contract.ts'

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(artifactDrills.organizationId, ctx.organizationId), eq(artifactDrills.id, id))

export const insertDrillStatement = (ctx: OrganizationContext, row: typeof artifactDrills.$inferInsert) =>
  ctx.db.insert(artifactDrills).values({ ...row, organizationId: ctx.organizationId })

export const findDrill = async (ctx: OrganizationContext, id: string): Promise<ArtifactDrillRow | undefined> => {
  const [row] = await ctx.db.select().from(artifactDrills).where(own(ctx, id))
  return row
}

export const getDrill = async (ctx: OrganizationContext, id: string): Promise<ArtifactDrillRow> => {
  const row = await findDrill(ctx, id)
  if (!row) throw notFound('Drill')
  return row
}

/** The one that waits for an answer. */
export const openDrill = async (ctx: OrganizationContext, artifactId: string) => {
  const [row] = await ctx.db
    .select()
    .from(artifactDrills)
    .where(
      and(
        eq(artifactDrills.organizationId, ctx.organizationId),
        eq(artifactDrills.artifactId, artifactId),
        eq(artifactDrills.state, 'ordered'),
      ),
    )
  return row
}

export const listDrillRows = (
  ctx: OrganizationContext,
  { artifactId, connectorId, limit }: ListArtifactDrills,
  beyond: string | undefined,
) =>
  ctx.db
    .select()
    .from(artifactDrills)
    .where(
      and(
        eq(artifactDrills.organizationId, ctx.organizationId),
        artifactId === undefined ? undefined : eq(artifactDrills.artifactId, artifactId),
        connectorId === undefined ? undefined : eq(artifactDrills.connectorId, connectorId),
        beyond === undefined ? undefined : lt(artifactDrills.id, beyond),
      ),
    )
    .orderBy(desc(artifactDrills.id))
    .limit(limit + 1)

/** The newest of each of these connectors. */
export const lastDrills = async (ctx: OrganizationContext, connectorIds: readonly string[]) => {
  const rows = await ctx.db
    .select()
    .from(artifactDrills)
    .where(
      and(
        eq(artifactDrills.organizationId, ctx.organizationId),
        sql`${artifactDrills.id} in (select max(id) from artifact_drills where organization_id = ${ctx.organizationId}
          and connector_id in (select value from json_each(${JSON.stringify(connectorIds)})) group by connector_id)`,
      ),
    )
  return new Map(rows.map((row) => [row.connectorId, row]))
}

/** Only from ordered: whoever ends it second changes nothing. */
export const endDrillStatement = (
  ctx: OrganizationContext,
  id: string,
  end: Pick<ArtifactDrillRow, 'state' | 'endedAt'> & Partial<ArtifactDrillRow>,
) =>
  ctx.db
    .update(artifactDrills)
    .set(end)
    .where(and(own(ctx, id), eq(artifactDrills.state, 'ordered')))

/** Directly behind the end of a drill, and only if that landed. */
export const provenStatement = (ctx: OrganizationContext, artifactId: string, at: number | null) =>
  ctx.db
    .update(artifacts)
    .set({ provenAt: at })
    .where(and(eq(artifacts.organizationId, ctx.organizationId), eq(artifacts.id, artifactId), landed))

export const drillHandedOverStatement = (ctx: OrganizationContext, id: string, at: number) =>
  ctx.db.update(artifactDrills).set({ handedOverAt: at }).where(own(ctx, id))

/** Of all organizations. */
export const drillsNotHandedOver = (ctx: RequestContext, limit: number) =>
  ctx.db
    .select()
    .from(artifactDrills)
    .where(and(sql`state = 'ordered'`, isNull(artifactDrills.handedOverAt)))
    .limit(limit)

export const overdueDrills = (ctx: RequestContext, before: number, limit: number) =>
  ctx.db
    .select()
    .from(artifactDrills)
    .where(and(sql`state = 'ordered'`, lt(artifactDrills.deadline, before)))
    .limit(limit)

/** Their connector was removed. */
export const failDrillsStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .update(artifactDrills)
    .set({ state: 'failed', failure: 'removed', endedAt: ctx.now().getTime() })
    .where(
      and(
        eq(artifactDrills.organizationId, ctx.organizationId),
        eq(artifactDrills.connectorId, connectorId),
        eq(artifactDrills.state, 'ordered'),
      ),
    )
