import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import { deleteStreamStatement, getStreamRow } from './store.ts'

/** It sends no more, and its credential is gone. An object that does not hear of it forgets itself when it next looks. */
export const removeStream = async (ctx: OrganizationContext, streamId: string): Promise<void> => {
  const row = await getStreamRow(ctx, streamId)
  const [{ meta }] = await ctx.db.batch([
    deleteStreamStatement(ctx, streamId),
    auditStatement(
      ctx,
      'stream.removed',
      { name: row.name, host: new URL(row.url).host },
      { target: streamId, risk: 'high' },
    ),
  ])
  if (meta.changes === 0) throw notFound('Stream')
  await auditStream(ctx.env, streamId).changed(ctx.organizationId, streamId)
  await drainSoon(ctx, ctx.organizationId)
}
