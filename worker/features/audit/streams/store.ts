import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { insertWhere } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { auditStreams, type StreamRow } from '../schema.ts'
import { streamsMax } from './contract.ts'

const own = (ctx: OrganizationContext, streamId: string) =>
  and(eq(auditStreams.organizationId, ctx.organizationId), eq(auditStreams.id, streamId))

export const listStreamRows = (ctx: OrganizationContext): Promise<StreamRow[]> =>
  ctx.db
    .select()
    .from(auditStreams)
    .where(eq(auditStreams.organizationId, ctx.organizationId))
    .orderBy(asc(auditStreams.id))

export const findStreamRow = (ctx: OrganizationContext, streamId: string): Promise<StreamRow | undefined> =>
  ctx.db.select().from(auditStreams).where(own(ctx, streamId)).get()

/** Throws `not_found`, also for one of another organization. */
export const getStreamRow = async (ctx: OrganizationContext, streamId: string): Promise<StreamRow> => {
  const row = await findStreamRow(ctx, streamId)
  if (!row) throw notFound('Stream')
  return row
}

/** While the organization has fewer than it may have. */
export const insertStreamStatement = (ctx: OrganizationContext, row: StreamRow) =>
  insertWhere(
    ctx.db,
    auditStreams,
    row,
    sql`(select count(*) from audit_streams where organization_id = ${ctx.organizationId}) < ${streamsMax}`,
  )

type Change = Partial<Omit<StreamRow, 'id' | 'organizationId' | 'version'>>

/** Changes one that is as `seen`: at that version. */
export const changeStreamStatement = (ctx: OrganizationContext, seen: StreamRow, change: Change) =>
  ctx.db
    .update(auditStreams)
    .set({ ...change, version: seen.version + 1 })
    .where(and(own(ctx, seen.id), eq(auditStreams.version, seen.version)))

/** What it was in trouble for is over. Told once, however often it is said. */
export const recoverStreamStatement = (ctx: OrganizationContext, streamId: string) =>
  ctx.db
    .update(auditStreams)
    .set({ failingSince: null, failingReason: null })
    .where(and(own(ctx, streamId), eq(auditStreams.state, 'active'), isNotNull(auditStreams.failingSince)))

export const deleteStreamStatement = (ctx: OrganizationContext, streamId: string) =>
  ctx.db.delete(auditStreams).where(own(ctx, streamId))

/** Some of those that deliver, in any organization, and never the same ones for ever. */
export const someActiveStreams = (ctx: RequestContext, most: number) =>
  ctx.db
    .select({ id: auditStreams.id, organizationId: auditStreams.organizationId })
    .from(auditStreams)
    .where(inArray(auditStreams.state, ['active']))
    .orderBy(sql`random()`)
    .limit(most)
