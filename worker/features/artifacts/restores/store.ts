import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import type { Condition } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { type ArtifactRestoreRow, artifactRestores, artifactRestoreWrites } from '../schema.ts'
import type { ListRestores, WroteFile, WroteSettings } from './contract.ts'

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(artifactRestores.organizationId, ctx.organizationId), eq(artifactRestores.id, id))

export const getRestore = async (ctx: OrganizationContext, id: string): Promise<ArtifactRestoreRow> => {
  const [row] = await ctx.db.select().from(artifactRestores).where(own(ctx, id))
  if (!row) throw notFound('Restore')
  return row
}

const ofPlan = (ctx: OrganizationContext, connectorId: string) =>
  and(eq(artifactRestores.organizationId, ctx.organizationId), eq(artifactRestores.connectorId, connectorId))

/** The one that this plan waits in. */
export const waitingRestore = async (ctx: OrganizationContext, connectorId: string, planDigest: string) => {
  const [row] = await ctx.db
    .select()
    .from(artifactRestores)
    .where(
      and(ofPlan(ctx, connectorId), eq(artifactRestores.planDigest, planDigest), eq(artifactRestores.state, 'waiting')),
    )
  return row
}

/** The one that may begin or has begun at this connector: there is at most one. */
export const restoreUnderWay = async (ctx: OrganizationContext, connectorId: string) => {
  const [row] = await ctx.db
    .select()
    .from(artifactRestores)
    .where(and(ofPlan(ctx, connectorId), inArray(artifactRestores.state, ['approved', 'started'])))
  return row
}

/** Nothing while another is under way at the connector, or when this plan waits there already. */
export const insertRestoreStatement = (ctx: OrganizationContext, row: typeof artifactRestores.$inferInsert) =>
  ctx.db
    .insert(artifactRestores)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** Only from one of these states; to `approved` or `started` only while no other is under way at the connector. */
export const moveRestoreStatement = (
  ctx: OrganizationContext,
  id: string,
  from: readonly ArtifactRestoreRow['state'][],
  change: Partial<typeof artifactRestores.$inferInsert>,
  more?: Condition,
) =>
  ctx.db
    .update(artifactRestores)
    .set(change)
    .where(
      and(
        own(ctx, id),
        inArray(artifactRestores.state, [...from]),
        change.state === 'approved' || change.state === 'started'
          ? sql`not exists (select 1 from artifact_restores other where other.connector_id = ${artifactRestores.connectorId}
              and other.id <> ${id} and other.state in ('approved', 'started'))`
          : undefined,
        more,
      ),
    )

export const listRestoreRows = (
  ctx: OrganizationContext,
  { connectorId, limit }: ListRestores,
  beyond: string | undefined,
) =>
  ctx.db
    .select()
    .from(artifactRestores)
    .where(
      and(
        eq(artifactRestores.organizationId, ctx.organizationId),
        connectorId === undefined ? undefined : eq(artifactRestores.connectorId, connectorId),
        beyond === undefined ? undefined : lt(artifactRestores.id, beyond),
      ),
    )
    .orderBy(desc(artifactRestores.id))
    .limit(limit + 1)

/** Of all organizations. */
export const overdueRestores = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select()
    .from(artifactRestores)
    .where(and(sql`deadline is not null`, lt(artifactRestores.deadline, now)))
    .limit(limit)

/** Ended since that moment. */
export const endedSince = (moment: number): Condition => gte(artifactRestores.endedAt, moment)

/** Their connector was removed. */
export const lapseRestoresStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .update(artifactRestores)
    .set({ state: 'lapsed', endedAt: ctx.now().getTime(), deadline: null })
    .where(and(ofPlan(ctx, connectorId), inArray(artifactRestores.state, ['waiting', 'approved', 'started'])))

/** What it wrote, while it is under way; told twice it stands once. */
export const insertWritesStatement = (
  ctx: OrganizationContext,
  id: string,
  { settings, files }: { settings: readonly WroteSettings[]; files: readonly WroteFile[] },
) => {
  const rows = [
    ...settings.map(({ scope, agent, before, after }) => [scope, agent ?? '', '', before, after]),
    ...files.map(({ agent, name, sha256 }) => ['workspace_bundle', agent, name, '', sha256 ?? '']),
  ]
  return ctx.db
    .insert(artifactRestoreWrites)
    .select(
      sql`select ${id}, ${ctx.organizationId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
        from json_each(${JSON.stringify(rows)})
        where exists (select 1 from artifact_restores where id = ${id} and state = 'started')`,
    )
    .onConflictDoNothing()
}
