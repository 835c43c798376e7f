import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { StreamStore } from '../../../durable-objects/audit-stream/store.ts'
import { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { pauseStream, replayStream, resumeStream } from '../../../worker/features/audit/streams/change.ts'
import { CreateStream } from '../../../worker/features/audit/streams/contract.ts'
import { createStream } from '../../../worker/features/audit/streams/create.ts'
import { listDeliveries, showStream } from '../../../worker/features/audit/streams/list.ts'
import { removeStream } from '../../../worker/features/audit/streams/remove.ts'
import { rotateSecret } from '../../../worker/features/audit/streams/rotate.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { anOrganization } from '../../support/organizations.ts'
import { aStreamReceiver, closeReceivers, isSignedBy, type Posted } from '../../support/stream-receiver.ts'

const Envelope = z.object({
  type: z.literal('audit.events'),
  data: z.object({
    stream: z.object({ id: z.string() }),
    run: z.number(),
    after: z.number(),
    first: z.number(),
    last: z.number(),
    through: z.number(),
    count: z.number(),
    log: z.object({ size: z.number(), checkpoint: z.string() }),
    events: z.array(AuditEntry),
  }),
})
const dataOf = ({ body }: Posted) => Envelope.parse(JSON.parse(body)).data

const aWorld = async (events: number) => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  const append = (count: number, facts = {}) =>
    auditLog(env, owner.organizationId).append(Array.from({ length: count }, () => anEvent(facts)))
  if (events > 0) await append(events)
  const create = (wanted: Partial<z.input<typeof CreateStream>> = {}) =>
    createStream(
      owner.ctx,
      CreateStream.parse({
        name: 'SIEM',
        destination: { kind: 'webhook', url: receiver.url },
        from: 'beginning',
        ...wanted,
      }),
    )
  const objectOf = (id: string) => env.AUDIT_STREAM.get(env.AUDIT_STREAM.idFromName(id))
  const seqs = () => receiver.posted.flatMap((one) => dataOf(one).events.map(({ seq }) => seq))
  const types = async () => (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  return { ...owner, receiver, append, create, objectOf, seqs, types }
}

const eventually = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 20_000, interval: 20 })
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
const later = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

afterEach(async () => {
  vi.useRealTimers()
  await closeReceivers()
  vi.restoreAllMocks()
})

test('everything is delivered once, in order, in batches whose ends meet, signed, under a checkpoint that covers it', async () => {
  const { receiver, create, seqs, organizationId, ctx } = await aWorld(25)
  const { stream, secret } = await create({ batchSize: 10 })
  // The 26th tells that the stream was set up.
  await eventually(() => expect(seqs()).toEqual(upTo(26)))
  const told = receiver.posted.map(dataOf)
  expect(told[0]).toMatchObject({ after: 0, first: 1, last: 10, through: 10, count: 10, run: 1 })
  for (const [index, one] of told.entries()) {
    expect(one.after).toBe(told[index - 1]?.through ?? 0)
    expect(one.log.size).toBeGreaterThanOrEqual(one.through)
    expect(one.log.checkpoint.split('\n')[1]).toBe(String(one.log.size))
  }
  expect(receiver.posted.every((one) => isSignedBy(secret ?? '', one))).toBe(true)
  expect(told.flatMap(({ events }) => events)).toEqual(await checkAuditLog(organizationId, [secret ?? '']))
  await eventually(async () => {
    const { progress } = await showStream(ctx, stream.id)
    expect(progress).toMatchObject({ through: 26, behind: 0, delivered: 26, attempts: 0, lastError: null })
  })
})

test('what happens later comes by itself, also after both objects were evicted', async () => {
  const { create, append, seqs, objectOf, organizationId } = await aWorld(3)
  const { stream } = await create({ from: 'now' })
  await eventually(() => expect(seqs()).toEqual([4]))
  await append(2)
  await eventually(() => expect(seqs()).toEqual([4, 5, 6]))
  await evictDurableObject(objectOf(stream.id))
  await evictDurableObject(env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)))
  await append(1)
  await eventually(() => expect(seqs()).toEqual([4, 5, 6, 7]))
  await checkAuditLog(organizationId)
})

test('with a filter the ends still meet, so that a lost delivery is seen', async () => {
  const { receiver, create, append, seqs } = await aWorld(0)
  for (const _ of [1, 2, 3]) {
    await append(7)
    await append(1, { type: 'approval.expired', payload: { approvalId: 'apr_1', reason: 'late' } })
  }
  await create({ filter: { type: 'approval.' }, batchSize: 1 })
  await eventually(() => expect(seqs()).toEqual([8, 16, 24]))
  await append(5)
  await append(1, { type: 'approval.expired', payload: { approvalId: 'apr_1', reason: 'late' } })
  await eventually(() => expect(seqs()).toHaveLength(4))
  const told = receiver.posted.map(dataOf)
  expect(told.map(({ after }) => after)).toEqual([0, ...told.slice(0, -1).map(({ through }) => through)])
})

test('a receiver that is down gets the same again under the same id, and nothing is skipped, whatever is evicted meanwhile', async () => {
  const { receiver, create, append, objectOf, ctx, organizationId } = await aWorld(5)
  // A time that does not pass by itself while this test looks.
  receiver.answers(() => new Response('no', { status: 500, headers: { 'retry-after': '600' } }))
  const { stream } = await create({ batchSize: 3 })
  const object = objectOf(stream.id)
  await eventually(async () => {
    const { progress } = await showStream(ctx, stream.id)
    expect(progress).toMatchObject({ attempts: 1, lastError: '500', through: 0, behind: 6 })
    expect(progress.oldestWaitingAt).not.toBeNull()
    expect(Date.parse(progress.nextAttemptAt ?? '')).toBeGreaterThan(Date.now())
  })
  // New events do not make us knock earlier.
  await append(3)
  await object.wake(organizationId, stream.id)
  await evictDurableObject(object)
  expect(receiver.posted).toHaveLength(1)
  later(601_000)
  receiver.answers(() => new Response(null, { status: 204 }))
  await runDurableObjectAlarm(object)
  await eventually(() => expect(receiver.posted).toHaveLength(4))
  const ids = receiver.posted.map(({ headers }) => headers.get('webhook-id'))
  expect(ids[0]).toBe(ids[1])
  expect(new Set(ids).size).toBe(3)
  expect(receiver.posted.slice(1).flatMap((one) => dataOf(one).events.map(({ seq }) => seq))).toEqual(upTo(9))
  const { items } = await listDeliveries(ctx, stream.id)
  expect(items.map(({ attempts, state, first, last }) => [attempts, state, first, last])).toEqual([
    [1, 'delivered', 7, 9],
    [1, 'delivered', 4, 6],
    [2, 'delivered', 1, 3],
  ])
  await checkAuditLog(organizationId)
})

test('a receiver that asks to wait is left alone that long, and one that is too slow gets the same again', async () => {
  const { receiver, create, append, seqs, objectOf, ctx, organizationId } = await aWorld(2)
  receiver.answers(() => new Response('later', { status: 429, headers: { 'retry-after': '1800' } }))
  const { stream } = await create()
  const object = objectOf(stream.id)
  const progress = async () => (await showStream(ctx, stream.id)).progress
  await eventually(async () => expect(await progress()).toMatchObject({ attempts: 1, lastError: '429' }))
  const waits = Date.parse((await progress()).nextAttemptAt ?? '') - Date.now()
  expect(waits).toBeGreaterThan(1_700_000)
  expect(waits).toBeLessThanOrEqual(1_800_000)
  // News do not make it knock earlier.
  await append(1)
  await object.wake(organizationId, stream.id)
  expect(receiver.posted).toHaveLength(1)
  receiver.answers(() => Promise.reject(new DOMException('the answer took too long', 'TimeoutError')))
  later(1_801_000)
  await runDurableObjectAlarm(object)
  await eventually(async () => expect(await progress()).toMatchObject({ attempts: 2, lastError: 'TimeoutError' }))
  receiver.answers(() => new Response('ok'))
  // The second batch has an alarm of its own, which the clock that stands still here would never reach.
  await eventually(async () => {
    later(60_000)
    await runDurableObjectAlarm(object)
    expect(await progress()).toMatchObject({ attempts: 0, through: 4 })
  })
  const ids = receiver.posted.slice(0, 3).map(({ headers }) => headers.get('x-clawbutler-delivery'))
  expect(new Set(ids).size).toBe(1)
  expect([...new Set(seqs())]).toEqual(upTo(4))
})

test('a crash behind the receiver’s yes and before the cursor moved delivers the same once more under the same id', async () => {
  const { receiver, create, objectOf, organizationId, seqs } = await aWorld(4)
  const crash = vi.spyOn(StreamStore.prototype, 'delivered').mockImplementationOnce(() => {
    throw new Error('crash')
  })
  const { stream } = await create()
  await eventually(() => expect(crash).toHaveBeenCalledTimes(1))
  await evictDurableObject(objectOf(stream.id))
  later(10_000)
  await runDurableObjectAlarm(objectOf(stream.id))
  vi.useRealTimers()
  await objectOf(stream.id).changed(organizationId, stream.id)
  // Whether the event that tells of the stream itself, the 5th, is already in the first delivery is the outbox's matter.
  const [first] = receiver.posted
  const known = first ? dataOf(first).events.map(({ seq }) => seq) : []
  expect(known.slice(0, 4)).toEqual(upTo(4))
  await eventually(() => expect(seqs()).toEqual([...known, ...upTo(5)]))
  const second = receiver.posted[1]
  expect(second?.headers.get('webhook-id')).toBe(first?.headers.get('webhook-id'))
  expect(second && dataOf(second).events).toEqual(first && dataOf(first).events)
  await checkAuditLog(organizationId)
})

test('410 stops it at once with the reason; resumed, it goes on where it was and says that it is well again', async () => {
  const { receiver, create, types, ctx, organizationId } = await aWorld(2)
  receiver.answers(() => new Response(null, { status: 410 }))
  const { stream } = await create()
  await eventually(async () => {
    expect(await showStream(ctx, stream.id)).toMatchObject({ state: 'failing', failingReason: 'gone' })
  })
  receiver.answers(() => new Response('ok'))
  await resumeStream(ctx, stream.id)
  await eventually(async () => expect(await types()).toContain('stream.recovered'))
  const afterwards = () => receiver.posted.slice(1).flatMap((one) => dataOf(one).events.map(({ seq }) => seq))
  await eventually(() => expect(afterwards()).toEqual(upTo(6)))
  expect((await types()).slice(2)).toEqual(['stream.created', 'stream.failing', 'stream.resumed', 'stream.recovered'])
  expect(await showStream(ctx, stream.id)).toMatchObject({ state: 'active', failingReason: null, failingSince: null })
  const [, , , failing] = await checkAuditLog(organizationId)
  expect(failing).toMatchObject({ risk: 'high', target: stream.id, payload: { reason: 'gone', after: 0 } })
})

test('after three days without any success it stops and says so, and not before', async () => {
  const { receiver, create, objectOf, ctx } = await aWorld(1)
  receiver.answers(() => new Response(null, { status: 503 }))
  const { stream } = await create()
  const object = objectOf(stream.id)
  const attempts = async () => (await showStream(ctx, stream.id)).progress.attempts
  await eventually(async () => expect(await attempts()).toBeGreaterThan(0))
  const known = await attempts()
  later(2.9 * 86_400_000)
  await runDurableObjectAlarm(object)
  await eventually(async () => expect(await attempts()).toBeGreaterThan(known))
  expect((await showStream(ctx, stream.id)).state).toBe('active')
  later(0.2 * 86_400_000)
  await runDurableObjectAlarm(object)
  await eventually(async () => {
    expect(await showStream(ctx, stream.id)).toMatchObject({ state: 'failing', failingReason: 'unreachable' })
  })
})

test('paused it sends nothing and loses nothing; replayed it begins anew where it is told, as a new run', async () => {
  const { receiver, create, append, seqs, ctx, types } = await aWorld(4)
  const { stream } = await create()
  await eventually(() => expect(seqs()).toEqual(upTo(5)))
  await pauseStream(ctx, stream.id)
  await pauseStream(ctx, stream.id)
  await append(2)
  expect((await showStream(ctx, stream.id)).state).toBe('paused')
  await replayStream(ctx, stream.id, { from: 3 })
  expect((await showStream(ctx, stream.id)).progress).toMatchObject({ run: 2, through: 2 })
  expect(seqs()).toEqual(upTo(5))
  await resumeStream(ctx, stream.id)
  await eventually(() => expect(seqs().slice(5)).toEqual(upTo(10, 3)))
  expect(receiver.posted.map(dataOf).find(({ run }) => run === 2)?.after).toBe(2)
  expect((await types()).filter((type) => type.startsWith('stream.'))).toEqual([
    'stream.created',
    'stream.paused',
    'stream.replayed',
    'stream.resumed',
  ])
})

test('a receiver that finds a body too large gets smaller ones', async () => {
  const { receiver, create, ctx } = await aWorld(7)
  receiver.answers(() => {
    const last = receiver.posted.at(-1)
    return new Response(null, { status: last && dataOf(last).count > 2 ? 413 : 200 })
  })
  const { stream } = await create({ batchSize: 8 })
  await eventually(async () => expect((await showStream(ctx, stream.id)).progress.through).toBe(8))
  const taken = receiver.posted.map(dataOf).filter(({ count }) => count <= 2)
  expect(taken.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual(upTo(8))
  expect(taken.map(({ after }) => after)).toEqual([0, ...taken.slice(0, -1).map(({ through }) => through)])
})

test('after a rotation both secrets sign for a day, and then the new one alone', async () => {
  const { receiver, create, append, seqs, objectOf, ctx, organizationId } = await aWorld(1)
  const { stream, secret: old } = await create()
  await eventually(() => expect(seqs()).toEqual([1, 2]))
  const { secret, stream: rotated } = await rotateSecret(ctx, stream.id)
  expect(Date.parse(rotated.bothSecretsUntil ?? '')).toBeGreaterThan(Date.now())
  await eventually(() => expect(seqs()).toEqual([1, 2, 3]))
  const both = receiver.posted.at(-1)
  expect(both && [isSignedBy(old ?? '', both), isSignedBy(secret, both)]).toEqual([true, true])
  later(25 * 3_600_000)
  await append(1)
  await objectOf(stream.id).changed(organizationId, stream.id)
  later(10)
  await runDurableObjectAlarm(objectOf(stream.id))
  await eventually(() => expect(seqs()).toHaveLength(4))
  const after = receiver.posted.at(-1)
  expect(after && [isSignedBy(old ?? '', after), isSignedBy(secret, after)]).toEqual([false, true])
  await checkAuditLog(organizationId, [old ?? '', secret])
})

test('removed it forgets everything, and nobody wakes it', async () => {
  const { create, append, seqs, objectOf, ctx, organizationId } = await aWorld(1)
  const { stream } = await create()
  await eventually(() => expect(seqs()).toEqual([1, 2]))
  await removeStream(ctx, stream.id)
  await eventually(async () => expect(await objectOf(stream.id).state()).toBeNull())
  await append(2)
  await checkAuditLog(organizationId)
  expect(seqs()).toEqual([1, 2])
  const listeners = await runInDurableObject(
    env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
    (_, { storage }) => storage.sql.exec('SELECT * FROM listeners').toArray(),
  )
  expect(listeners).toEqual([])
})
