import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { StreamRow } from '../schema.ts'
import type { AuditStream, StreamDelivery } from './contract.ts'
import { getStreamRow, listStreamRows } from './store.ts'
import { viewStream } from './view.ts'

export const listStreams = async (ctx: OrganizationContext): Promise<{ items: AuditStream[] }> => {
  const [rows, head] = await Promise.all([listStreamRows(ctx), auditLog(ctx.env, ctx.organizationId).head()])
  return { items: await Promise.all(rows.map((row) => viewStream(ctx, row, head))) }
}

/** Throws `not_found`. */
export const showStream = async (ctx: OrganizationContext, streamId: string): Promise<AuditStream> =>
  showRow(ctx, await getStreamRow(ctx, streamId))

/** The same for a row that is at hand. */
export const showRow = async (ctx: OrganizationContext, row: StreamRow): Promise<AuditStream> =>
  viewStream(ctx, row, await auditLog(ctx.env, ctx.organizationId).head())

/** The newest deliveries. Throws `not_found`. */
export const listDeliveries = async (
  ctx: OrganizationContext,
  streamId: string,
): Promise<{ items: StreamDelivery[] }> => {
  await getStreamRow(ctx, streamId)
  return { items: await auditStream(ctx.env, streamId).deliveries() }
}
