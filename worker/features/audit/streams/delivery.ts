import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { StreamRow } from '../schema.ts'
import type { FailingReason } from './contract.ts'
import { changeStreamStatement, findStreamRow, recoverStreamStatement } from './store.ts'

/** What a stream's object acts as. */
export const actingForStream = (ctx: RequestContext, organizationId: string): OrganizationContext =>
  actingFor(ctx, organizationId, { kind: 'system', id: 'streams' })

/** How a stream is to be delivered now; undefined when it has been removed. */
export const streamToDeliver = (ctx: OrganizationContext, streamId: string): Promise<StreamRow | undefined> =>
  findStreamRow(ctx, streamId)

/** It stops, and says why; unless somebody has changed it meanwhile, which gives it another chance. */
export const stopStream = async (
  ctx: OrganizationContext,
  row: StreamRow,
  reason: FailingReason,
  after: number,
): Promise<void> => {
  await ctx.db.batch([
    changeStreamStatement(ctx, row, {
      state: 'failing',
      failingReason: reason,
      failingSince: ctx.now().getTime(),
    }),
    auditStatement(ctx, 'stream.failing', { name: row.name, reason, after }, { target: row.id, risk: 'high' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** After it had stopped and was resumed, it has delivered: told once. */
export const streamDelivered = async (ctx: OrganizationContext, row: StreamRow, through: number): Promise<void> => {
  if (row.failingSince === null) return
  await ctx.db.batch([
    recoverStreamStatement(ctx, row.id),
    auditStatement(ctx, 'stream.recovered', { name: row.name, after: through }, { target: row.id }),
  ])
  await drainSoon(ctx, ctx.organizationId)
}
