import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { refusedTarget } from '../../../platform/outbound.ts'
import { drainAudit, drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { StreamRow } from '../schema.ts'
import { type CreateStream, streamsMax } from './contract.ts'
import { showRow } from './list.ts'
import { newSigningSecret, sealSecret } from './secret.ts'
import { insertStreamStatement } from './store.ts'

/**
 * Sets up a stream, which begins at once. The row is the commit point: an object that never hears of it is woken by cron.
 * A webhook's secret is told this once. Throws `invalid` for an address that is not called or an event that is not there,
 * `conflict` when the organization has as many as it may.
 */
export const createStream = async (ctx: OrganizationContext, wanted: CreateStream) => {
  refuseTarget(ctx, wanted.destination.url, 'destination.url')
  const after = await startOf(ctx, wanted.from)
  const signing = wanted.destination.kind === 'webhook' ? newSigningSecret() : null
  const row = await rowOf(ctx, wanted, after, signing)
  const [{ meta }] = await ctx.db.batch([
    insertStreamStatement(ctx, row),
    auditStatement(
      ctx,
      'stream.created',
      { name: row.name, kind: row.kind, host: new URL(row.url).host, after },
      { target: row.id, risk: 'high' },
    ),
  ])
  if (meta.changes === 0) throw new AppError('conflict', `An organization has at most ${streamsMax} streams.`)
  await auditStream(ctx.env, row.id).changed(ctx.organizationId, row.id)
  await drainSoon(ctx, ctx.organizationId)
  return { stream: await showRow(ctx, row), secret: signing }
}

/** Throws `invalid` for an address that we do not call. */
export const refuseTarget = (ctx: OrganizationContext, url: string, path: string): void => {
  const because = refusedTarget(url, { allowPrivate: ctx.config.outboundPrivate })
  if (because === null) return
  throw new AppError('invalid', `This address is not called: ${because}.`, { errors: [{ path, message: because }] })
}

/** The event behind which to begin, after all that had committed by now is in the sequence. Throws `invalid` beyond its end. */
export const startOf = async (ctx: OrganizationContext, from: CreateStream['from']): Promise<number> => {
  if (from === 'beginning') return 0
  await drainAudit(ctx, ctx.organizationId)
  const head = await auditLog(ctx.env, ctx.organizationId).head()
  if (from === 'now') return head
  if (from <= head + 1) return from - 1
  throw new AppError('invalid', `The sequence has reached ${head}.`, {
    errors: [{ path: 'from', message: `the newest event is ${head}` }],
  })
}

const rowOf = async (
  ctx: OrganizationContext,
  { name, destination, format, filter, batchSize }: CreateStream,
  startAfter: number,
  signing: string | null,
): Promise<StreamRow> => {
  const id = ctx.newId('ast')
  const given =
    destination.kind === 'splunk' ? destination.token : destination.kind === 'http' ? destination.headerValue : ''
  return {
    id,
    organizationId: ctx.organizationId,
    name,
    kind: destination.kind,
    url: destination.url,
    body: destination.kind === 'http' ? destination.body : null,
    headerName: destination.kind === 'http' ? destination.headerName : null,
    secret: await sealSecret(ctx, id, signing ?? given),
    previousSecret: null,
    previousUntil: null,
    format,
    filter,
    batchSize,
    state: 'active',
    failingReason: null,
    failingSince: null,
    version: 1,
    run: 1,
    startAfter,
    createdAt: ctx.now().getTime(),
    createdByName: ctx.actorName,
  }
}
