import { and, eq, inArray, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { always, insertWhere } from '../../../platform/db.ts'
import { connectors } from '../../connectors/schema.ts'
import { type ArtifactRow, artifacts } from '../schema.ts'

/** Only while no other is being made there, and, for a schedule, while it is still due at that moment. */
export const orderStatement = (ctx: OrganizationContext, row: ArtifactRow, { dueAt }: { dueAt?: number } = {}) => {
  const isDue =
    dueAt === undefined
      ? always
      : sql`exists (select 1 from backup_schedules where id = ${row.scheduleId} and next_at = ${dueAt} and is_enabled = 1)`
  return insertWhere(
    ctx.db,
    artifacts,
    { ...row, organizationId: ctx.organizationId },
    sql`${isDue} and not exists (select 1 from artifacts where connector_id = ${row.connectorId}
      and state in ('ordered', 'uploading') and cause in ('ordered', 'scheduled'))`,
  )
}

export const handedOverStatement = (ctx: OrganizationContext, id: string, at: number) =>
  ctx.db
    .update(artifacts)
    .set({ handedOverAt: at })
    .where(and(eq(artifacts.organizationId, ctx.organizationId), eq(artifacts.id, id)))

/** What its connector makes now. */
export const openOrder = async (ctx: OrganizationContext, connectorId: string): Promise<ArtifactRow | undefined> => {
  const [row] = await ctx.db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        eq(artifacts.connectorId, connectorId),
        inArray(artifacts.state, ['ordered', 'uploading']),
        inArray(artifacts.cause, ['ordered', 'scheduled']),
      ),
    )
  return row
}

const connectorsMax = 200

/** The organization's connectors, by name. */
export const connectorsOf = (ctx: OrganizationContext, connectorId: string | undefined) =>
  ctx.db
    .select()
    .from(connectors)
    .where(
      and(
        eq(connectors.organizationId, ctx.organizationId),
        connectorId === undefined ? undefined : eq(connectors.id, connectorId),
      ),
    )
    .orderBy(connectors.name)
    .limit(connectorsMax)

const newest = {
  open: sql`state in ('ordered', 'uploading') and cause in ('ordered', 'scheduled')`,
  // What its connector made: under the passphrase that the connector has.
  stored: sql`state = 'stored' and cause in ('ordered', 'scheduled')`,
  proven: sql`state = 'stored' and proven_at is not null`,
  failed: sql`state = 'failed'`,
} as const

/** Of each of these connectors the newest artifact of a sort. */
export const newestArtifacts = async (
  ctx: OrganizationContext,
  connectorIds: readonly string[],
  sort: keyof typeof newest,
): Promise<ReadonlyMap<string, ArtifactRow>> => {
  const rows = await ctx.db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        sql`${artifacts.id} in (select max(id) from artifacts where organization_id = ${ctx.organizationId}
          and connector_id in (select value from json_each(${JSON.stringify(connectorIds)})) and ${newest[sort]}
          group by connector_id)`,
      ),
    )
  return new Map(rows.map((row) => [row.connectorId, row]))
}

/** Their connector was removed. */
export const failOrdersStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .update(artifacts)
    .set({ state: 'failed', failure: 'removed' })
    .where(
      and(
        eq(artifacts.organizationId, ctx.organizationId),
        eq(artifacts.connectorId, connectorId),
        inArray(artifacts.state, ['ordered', 'uploading']),
        inArray(artifacts.cause, ['ordered', 'scheduled']),
      ),
    )
