import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { type Condition, landed } from '../../../platform/db.ts'
import { connectors } from '../../connectors/schema.ts'
import { artifacts, type BackupScheduleRow, backupSchedules } from '../schema.ts'

const ofConnector = (ctx: OrganizationContext, connectorId: string) =>
  and(eq(backupSchedules.organizationId, ctx.organizationId), eq(backupSchedules.connectorId, connectorId))

export const scheduleRow = async (
  ctx: OrganizationContext,
  connectorId: string,
): Promise<BackupScheduleRow | undefined> => {
  const [row] = await ctx.db.select().from(backupSchedules).where(ofConnector(ctx, connectorId))
  return row
}

export const scheduleRows = (ctx: OrganizationContext, connectorIds: readonly string[]) =>
  ctx.db
    .select()
    .from(backupSchedules)
    .where(
      and(
        eq(backupSchedules.organizationId, ctx.organizationId),
        inArray(backupSchedules.connectorId, [...connectorIds]),
      ),
    )

/** The first version; nothing when somebody was faster. */
export const insertScheduleStatement = (ctx: OrganizationContext, row: typeof backupSchedules.$inferInsert) =>
  ctx.db
    .insert(backupSchedules)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** Only while it is the version that the change was made to. */
export const changeScheduleStatement = (
  ctx: OrganizationContext,
  connectorId: string,
  seen: number,
  change: Partial<typeof backupSchedules.$inferInsert>,
) =>
  ctx.db
    .update(backupSchedules)
    .set(change)
    .where(and(ofConnector(ctx, connectorId), eq(backupSchedules.version, seen)))

/** Behind a stored backup: what no rule keeps any more is to be looked for. */
export const sweepDueStatement = (ctx: OrganizationContext, scheduleId: string | null) =>
  ctx.db
    .update(backupSchedules)
    .set({ isSweepDue: true })
    .where(and(eq(backupSchedules.organizationId, ctx.organizationId), eq(backupSchedules.id, scheduleId ?? '')))

export const sweptStatement = (ctx: OrganizationContext, scheduleId: string) =>
  ctx.db
    .update(backupSchedules)
    .set({ isSweepDue: false })
    .where(and(eq(backupSchedules.organizationId, ctx.organizationId), eq(backupSchedules.id, scheduleId)))

/** Directly behind the order of a backup: the next one is due then. Only if the order landed. */
export const orderedStatement = (ctx: OrganizationContext, scheduleId: string, nextAt: number) =>
  ctx.db
    .update(backupSchedules)
    .set({ nextAt })
    .where(and(eq(backupSchedules.organizationId, ctx.organizationId), eq(backupSchedules.id, scheduleId), landed))

/** Directly behind a failure that landed: it is due again then, unless the next one comes first. */
export const dueAgainStatement = (ctx: OrganizationContext, scheduleId: string | null, at: number) =>
  ctx.db
    .update(backupSchedules)
    .set({ nextAt: sql`min(${backupSchedules.nextAt}, ${at})` })
    .where(
      and(eq(backupSchedules.organizationId, ctx.organizationId), eq(backupSchedules.id, scheduleId ?? ''), landed),
    )

export const drillOrderedStatement = (
  ctx: OrganizationContext,
  id: string,
  foundAt: number,
  nextDrillAt: number | null,
) =>
  ctx.db
    .update(backupSchedules)
    .set({ nextDrillAt })
    .where(
      and(
        eq(backupSchedules.organizationId, ctx.organizationId),
        eq(backupSchedules.id, id),
        eq(backupSchedules.nextDrillAt, foundAt),
      ),
    )

/** A gateway that is away holds nobody else up: what is due there waits until it is back. */
const isReady: Condition = sql`${connectors.state} = 'online' and ${connectors.gatewayConnected} = 1
  and exists (select 1 from json_each(${connectors.groups}) where value = 'backup')`

/** Of all organizations, the longest due first: those that can be made now. */
export const dueSchedules = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select({ schedule: backupSchedules, connectorName: connectors.name })
    .from(backupSchedules)
    .innerJoin(connectors, eq(connectors.id, backupSchedules.connectorId))
    .where(
      and(
        sql`is_enabled = 1`,
        lte(backupSchedules.nextAt, now),
        isReady,
        sql`not exists (select 1 from ${artifacts} where ${artifacts.connectorId} = ${backupSchedules.connectorId}
          and ${artifacts.state} in ('ordered', 'uploading') and ${artifacts.cause} in ('ordered', 'scheduled'))`,
      ),
    )
    .orderBy(backupSchedules.nextAt)
    .limit(limit)

/** Of all organizations: the newest backup that its connector made, where it is time to open it. */
export const dueDrills = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select({
      schedule: backupSchedules,
      artifactId: sql<string>`(select max(a.id) from artifacts a where a.connector_id = ${backupSchedules.connectorId}
        and a.state = 'stored' and a.cause in ('ordered', 'scheduled'))`.as('artifact_id'),
    })
    .from(backupSchedules)
    .innerJoin(connectors, eq(connectors.id, backupSchedules.connectorId))
    .where(
      and(
        sql`is_enabled = 1`,
        isNotNull(backupSchedules.nextDrillAt),
        lte(backupSchedules.nextDrillAt, now),
        isReady,
        sql`artifact_id is not null`,
      ),
    )
    .orderBy(backupSchedules.nextDrillAt)
    .limit(limit)

export const sweepDueSchedules = (ctx: RequestContext, limit: number) =>
  ctx.db.select().from(backupSchedules).where(sql`is_sweep_due = 1`).limit(limit)

export const forgetScheduleStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db.delete(backupSchedules).where(ofConnector(ctx, connectorId))
