import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { StreamRow } from '../schema.ts'
import type { AuditStream, ChangeStream, ReplayStream } from './contract.ts'
import { refuseTarget, startOf } from './create.ts'
import { showStream } from './list.ts'
import { sealSecret } from './secret.ts'
import { changeStreamStatement, getStreamRow } from './store.ts'

/**
 * Changes a stream, if the caller has seen the newest of it; from the next delivery on it is so. Throws
 * `precondition_failed` with the present one when somebody was faster, `invalid` for what does not fit its kind.
 */
export const changeStream = async (
  ctx: OrganizationContext,
  streamId: string,
  seen: number,
  change: ChangeStream,
): Promise<AuditStream> => {
  const row = await getStreamRow(ctx, streamId)
  refuseUnfit(ctx, row, change)
  if (row.version !== seen) throw await changedMeanwhile(ctx, streamId)
  const { token, headerValue, ...rest } = change
  const secret = token ?? headerValue
  const sealed = secret === undefined ? {} : { secret: await sealSecret(ctx, streamId, secret) }
  const columns = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const [{ meta }] = await ctx.db.batch([
    changeStreamStatement(ctx, row, { ...columns, ...sealed }),
    auditStatement(
      ctx,
      'stream.changed',
      { name: change.name ?? row.name, fields: Object.keys(change), host: new URL(change.url ?? row.url).host },
      { target: streamId, risk: 'high' },
    ),
  ])
  if (meta.changes === 0) throw await changedMeanwhile(ctx, streamId)
  return told(ctx, streamId)
}

/** It sends no more until it is resumed; a delivery on its way may still arrive. Twice is once. */
export const pauseStream = async (ctx: OrganizationContext, streamId: string): Promise<AuditStream> => {
  const row = await getStreamRow(ctx, streamId)
  if (row.state === 'paused') return showStream(ctx, streamId)
  const [{ meta }] = await ctx.db.batch([
    changeStreamStatement(ctx, row, { state: 'paused' }),
    auditStatement(ctx, 'stream.paused', { name: row.name }, { target: streamId, risk: 'high' }),
  ])
  if (meta.changes === 0) throw lostRace()
  return told(ctx, streamId)
}

/** It goes on where it was, at once. Twice is once. */
export const resumeStream = async (ctx: OrganizationContext, streamId: string): Promise<AuditStream> => {
  const row = await getStreamRow(ctx, streamId)
  if (row.state === 'active') return showStream(ctx, streamId)
  const [{ meta }] = await ctx.db.batch([
    changeStreamStatement(ctx, row, { state: 'active' }),
    auditStatement(ctx, 'stream.resumed', { name: row.name }, { target: streamId, risk: 'medium' }),
  ])
  if (meta.changes === 0) throw lostRace()
  return told(ctx, streamId)
}

/** Sends again from an event on, as a new run; one that is paused or failing does so once it is resumed. */
export const replayStream = async (
  ctx: OrganizationContext,
  streamId: string,
  { from }: ReplayStream,
): Promise<AuditStream> => {
  const row = await getStreamRow(ctx, streamId)
  const after = await startOf(ctx, from)
  const run = row.run + 1
  const [{ meta }] = await ctx.db.batch([
    changeStreamStatement(ctx, row, { run, startAfter: after }),
    auditStatement(ctx, 'stream.replayed', { name: row.name, after, run }, { target: streamId, risk: 'medium' }),
  ])
  if (meta.changes === 0) throw lostRace()
  return told(ctx, streamId)
}

/** Has the object look at once; if it does not hear of it, cron tells it within the minute. */
const told = async (ctx: OrganizationContext, streamId: string): Promise<AuditStream> => {
  await auditStream(ctx.env, streamId).changed(ctx.organizationId, streamId)
  await drainSoon(ctx, ctx.organizationId)
  return showStream(ctx, streamId)
}

const lostRace = () => new AppError('conflict', 'Somebody has changed the stream at the same moment.')

const changedMeanwhile = async (ctx: OrganizationContext, streamId: string) =>
  new AppError('precondition_failed', 'Somebody has changed the stream since.', {
    context: { stream: await showStream(ctx, streamId) },
  })

const fieldsOf = { webhook: [], splunk: ['token'], http: ['body', 'headerName', 'headerValue'] } as const

const refuseUnfit = (ctx: OrganizationContext, row: StreamRow, change: ChangeStream): void => {
  const foreign = (['token', 'body', 'headerName', 'headerValue'] as const).filter(
    (field) => change[field] !== undefined && !fieldsOf[row.kind].some((known) => known === field),
  )
  if (foreign.length > 0)
    throw new AppError('invalid', `A stream of kind ${row.kind} does not have that.`, {
      errors: foreign.map((path) => ({ path, message: `not of kind ${row.kind}` })),
    })
  if (change.url === undefined) return
  refuseTarget(ctx, change.url, 'url')
  // Else whoever may change streams, but has never seen the credential, could have it sent to themselves.
  const isElsewhere = new URL(change.url).origin !== new URL(row.url).origin
  const needed = row.kind === 'splunk' ? 'token' : 'headerValue'
  if (row.kind !== 'webhook' && isElsewhere && change[needed] === undefined)
    throw new AppError('invalid', 'Give the credential again: it goes to another address from now on.', {
      errors: [{ path: needed, message: 'needed for another address' }],
    })
}
