import {
  actingForStream,
  stopStream,
  streamDelivered,
  streamToDeliver,
} from '../../worker/features/audit/streams/delivery.ts'
import { messageOf } from '../../worker/features/audit/streams/message.ts'
import { verdictOn } from '../../worker/features/audit/streams/rules.ts'
import { outcomeOf, sendMessage } from '../../worker/features/audit/streams/send.ts'
import type { OrganizationContext, RequestContext } from '../../worker/platform/context.ts'
import { log } from '../../worker/platform/log.ts'
import { auditLog } from '../audit-log/stub.ts'
import { checkpointCovering, readBatch } from './read-batch.ts'
import type { Pending, StreamStore } from './store.ts'

/** Other work gets its turn after this many batches. */
const batchesAtOnce = 20

/** When to look again: at a moment, soon, when woken by the log, when it is resumed, or never. */
export type Next =
  | { kind: 'at'; due: number }
  | { kind: 'soon' }
  | { kind: 'asleep' }
  | { kind: 'stopped' }
  | { kind: 'removed' }

type Row = NonNullable<Awaited<ReturnType<typeof streamToDeliver>>>

/**
 * Sends what is new, batch after batch, in order. What a stream is, its row in D1 says anew before each batch, so a pause
 * or another filter holds from the next one on.
 */
export const deliver = async (background: RequestContext, store: StreamStore): Promise<Next> => {
  const known = store.cursor()
  if (!known) return { kind: 'asleep' }
  const ctx = actingForStream(background, known.organization_id)
  for (let batch = 0; batch < batchesAtOnce; batch += 1) {
    const row = await streamToDeliver(ctx, known.stream_id)
    if (!row) return { kind: 'removed' }
    if (row.state !== 'active') return { kind: 'stopped' }
    store.follow(row, formOf(row), ctx.now().getTime())
    const next = await deliverBatch(ctx, store, row)
    if (next) return next
  }
  return { kind: 'soon' }
}

/** What a pending delivery depends on: with another one it would have other events, or tell them otherwise. */
const formOf = ({ filter, format, kind, body }: Row): string => JSON.stringify([filter, format, kind, body])

/** One batch; null when there may be another one. */
const deliverBatch = async (ctx: OrganizationContext, store: StreamStore, row: Row): Promise<Next | null> => {
  const cursor = store.cursor()
  if (!cursor) return { kind: 'asleep' }
  const waiting = store.pending()
  if (waiting && waiting.due_at > ctx.now().getTime()) return { kind: 'at', due: waiting.due_at }
  const sequence = auditLog(ctx.env, row.organizationId)
  const limit = waiting?.events ?? Math.min(row.batchSize, cursor.batch_max ?? row.batchSize)
  const after = waiting?.read_after ?? cursor.read_through
  const found = await readBatch(sequence, { filter: row.filter, after, limit })
  if (found.kind === 'archived') {
    await stopStream(ctx, row, 'archived', cursor.told_through)
    return { kind: 'soon' }
  }
  if (found.kind === 'none') {
    store.readOn(found.through)
    return found.more ? null : { kind: 'asleep' }
  }
  const { entries } = found
  const pending = waiting ?? begin(ctx, store, row, { after, through: found.through, entries })
  if (!pending) return { kind: 'soon' }
  const covering = await checkpointCovering(sequence, pending.through)
  const message = messageOf(
    row,
    {
      id: pending.id,
      run: pending.run,
      after: pending.after,
      previous: cursor.last_seq,
      through: pending.through,
      entries,
      ...covering,
      at: pending.first_at,
    },
    new URL(ctx.config.publicUrl).host,
  )
  // A crash from here on sends the same again under the same id: the receiver may have it already.
  const outbound = await sendMessage(ctx, row, pending.id, message)
  const outcome = outcomeOf(outbound)
  log('audit.stream', { streamId: row.id, organizationId: row.organizationId, events: pending.events, outcome })
  const { status, retryAfterMs } = outbound.ok ? outbound : { status: 0, retryAfterMs: null }
  return conclude(ctx, store, row, pending, { status, retryAfterMs, outcome })
}

const begin = (
  ctx: OrganizationContext,
  store: StreamStore,
  row: Row,
  { after, through, entries }: { after: number; through: number; entries: { seq: number }[] },
): Pending | null => {
  const cursor = store.cursor()
  const [first, last] = [entries[0], entries.at(-1)]
  if (!cursor || !first || !last) return null
  const now = ctx.now().getTime()
  store.begin({
    id: ctx.newId('dlv'),
    state: 'pending',
    form: formOf(row),
    run: cursor.run,
    after: cursor.told_through,
    read_after: after,
    first: first.seq,
    last: last.seq,
    through,
    events: entries.length,
    attempts: 0,
    outcome: null,
    first_at: now,
    trouble_since: null,
    last_at: null,
    due_at: now,
  })
  return store.pending()
}

const conclude = async (
  ctx: OrganizationContext,
  store: StreamStore,
  row: Row,
  pending: Pending,
  { status, retryAfterMs, outcome }: { status: number; retryAfterMs: number | null; outcome: string },
): Promise<Next | null> => {
  const now = ctx.now().getTime()
  const { events, attempts, trouble_since } = pending
  const verdict = verdictOn(
    { status, retryAfterMs, attempts: attempts + 1, events, troubleSince: trouble_since ?? now },
    now,
    Math.random(),
  )
  switch (verdict.kind) {
    case 'delivered':
      // Told before the cursor moves: else a crash in between would leave a stream in trouble that has none.
      await streamDelivered(ctx, row, pending.through)
      store.delivered(pending, outcome, now)
      return null
    case 'halve':
      store.halve(pending, outcome, now)
      return null
    case 'again':
      store.failed(pending, outcome, now, verdict.dueAt)
      return { kind: 'at', due: verdict.dueAt }
    case 'stop':
      store.failed(pending, outcome, now, now)
      await stopStream(ctx, row, verdict.reason, pending.after)
      return { kind: 'soon' }
  }
}
