import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { appendMany, archiveAll, archivedFiles, settle } from '../../support/archive.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'

const dayMs = 86_400_000
const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
const told = () =>
  anEvent({ type: 'audit.retention-changed', payload: { version: 1, windowDays: 7, archiveDays: null } })
const atDaysAgo = (days: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - days * dayMs })

afterEach(() => {
  vi.useRealTimers()
})

/** A log whose first events are that old, archived. */
const anOldLog = async (days: number, count: number, ...first: Partial<AuditInput>[]) => {
  const organizationId = touches(newId('org'))
  atDaysAgo(days)
  const events = await appendMany(organizationId, count, ...first)
  await archiveAll(organizationId)
  vi.useRealTimers()
  return { organizationId, log: auditLog(env, organizationId), events }
}

const trimmedTo = async (
  organizationId: string,
  windowDays: number,
  through: number,
  archiveDays: number | null = null,
) => {
  const log = auditLog(env, organizationId)
  const { retention } = await log.keeping()
  expect(await log.setRetention(retention.version, { windowDays, archiveDays }, 'Probe', told())).not.toBeNull()
  await settle(organizationId, async () => (await log.keeping()).archive.trimmedThrough === through)
}

test('what is old leaves the window, and the log proves and says all of it as before', async () => {
  const { organizationId, log, events } = await anOldLog(10, 600)
  const before = await checkAuditLog(organizationId)
  await trimmedTo(organizationId, 7, 512)
  // A search completes the index.
  expect(await log.count({ risk: 'critical' })).toEqual({ count: 0, isExact: true })
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    expect(storage.sql.exec('SELECT sum(last - first + 1) AS n, min(first) AS first FROM segments').one()).toEqual({
      n: 90,
      first: 513,
    })
    expect(storage.sql.exec('SELECT count(*) AS n FROM event_terms').one()).toEqual({ n: 90 })
  })
  const page = await log.page({ filter: {}, order: 'newest', limit: 200, beyond: null })
  expect(page).toMatchObject({ archivedBefore: 513, more: false })
  expect(await log.event(1)).toEqual(before[0])
  expect((await log.inclusion(3, null))?.leafHash).toBe(before[2]?.leafHash)
  expect(await log.evidence(256)).toContain('c2sp.org/tlog-proof@v1')
  expect(await log.consistency(100, 601)).toMatchObject({ from: 100, to: 601 })
  // Told once more, an event that has left is still the same one.
  expect(await log.append(events.slice(0, 3))).toMatchObject({ appended: 0 })
  await evictDurableObject(object(organizationId))
  expect(await log.event(2)).toEqual(before[1])
  const after = await checkAuditLog(organizationId)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.at(-1)).toMatchObject({ type: 'audit.trimmed', payload: { firstSeq: 1, lastSeq: 512, events: 512 } })
})

test('a trim of many turns is told once, also when the object was evicted between two of them', async () => {
  const { organizationId, log } = await anOldLog(10, 5 * 256)
  const { retention } = await log.keeping()
  await log.setRetention(retention.version, { windowDays: 7, archiveDays: null }, 'Probe', told())
  const trimmed = async () => (await log.keeping()).archive.trimmedThrough
  await settle(organizationId, async () => (await trimmed()) > 0)
  expect(await trimmed()).toBe(4 * 256)
  await evictDurableObject(object(organizationId))
  await settle(organizationId, async () => (await trimmed()) === 5 * 256)
  const events = (await checkAuditLog(organizationId)).filter(({ type }) => type === 'audit.trimmed')
  expect(events).toMatchObject([{ payload: { firstSeq: 1, lastSeq: 5 * 256, events: 5 * 256 } }])
}, 60_000)

test('an expiry of many turns is told once, also when the object was evicted between two of them or nobody wants it any more', async () => {
  const { organizationId, log } = await anOldLog(100, 10 * 256)
  const { retention } = await log.keeping()
  await log.setRetention(retention.version, { windowDays: 7, archiveDays: 90 }, 'Probe', told())
  const expired = async () => (await log.keeping()).archive.expiredTiles
  await settle(organizationId, async () => (await expired()) > 0)
  expect(await expired()).toBe(4)
  await evictDurableObject(object(organizationId))
  await settle(organizationId, async () => (await expired()) > 4)
  expect(await expired()).toBe(8)
  // Of what had been destroyed by then the sequence tells all the same.
  expect(await log.setRetention(1, { windowDays: null, archiveDays: null }, 'Probe', told())).not.toBeNull()
  await settle(organizationId, async () => (await expiries()).length > 0)
  expect(await expired()).toBe(8)
  async function expiries() {
    return (await checkAuditLog(organizationId)).filter(({ type }) => type === 'audit.archive-expired')
  }
  expect(await expiries()).toMatchObject([{ payload: { firstSeq: 1, lastSeq: 8 * 256, events: 8 * 256 } }])
  expect(await log.setRetention(2, { windowDays: 7, archiveDays: 90 }, 'Probe', told())).not.toBeNull()
  await settle(organizationId, async () => (await expiries()).length > 1)
  expect((await expiries())[1]).toMatchObject({
    payload: { firstSeq: 8 * 256 + 1, lastSeq: 10 * 256, events: 2 * 256 },
  })
}, 60_000)

test('the newest event stays in the window however old it is, and nothing leaves that is not archived', async () => {
  const { organizationId, log } = await anOldLog(30, 255)
  const { retention } = await log.keeping()
  await log.setRetention(retention.version, { windowDays: 7, archiveDays: null }, 'Probe', told())
  await archiveAll(organizationId)
  await settle(organizationId, async () => true)
  expect((await log.keeping()).archive).toMatchObject({ archivedThrough: 256, trimmedThrough: 0 })
  await checkAuditLog(organizationId)
})

test('settings that somebody changed in between are not overwritten, and leave no trace', async () => {
  const { organizationId, log } = await anOldLog(0, 1)
  expect(await log.setRetention(0, { windowDays: 9, archiveDays: null }, 'Probe', told())).toMatchObject({ version: 1 })
  expect(await log.setRetention(0, { windowDays: 8, archiveDays: null }, 'Probe', told())).toBeNull()
  expect((await log.keeping()).retention).toMatchObject({ version: 1, windowDays: 9 })
  expect(await checkAuditLog(organizationId)).toHaveLength(2)
})

test('archived payloads go after their time, leaves and proofs stay', async () => {
  const { organizationId, log } = await anOldLog(100, 600, { payload: { name: 'wanted-gone' } })
  await trimmedTo(organizationId, 7, 512, 90)
  await settle(organizationId, async () => (await log.keeping()).archive.expiredTiles === 2)
  const files = [...(await archivedFiles(organizationId)).keys()]
  expect(files.filter((path) => path.startsWith('openings/'))).toEqual([])
  expect(await log.event(1)).toMatchObject({ isErased: true, payload: {} })
  const entries = await checkAuditLog(organizationId, ['wanted-gone'])
  expect(entries.at(-1)).toMatchObject({ type: 'audit.archive-expired', payload: { firstSeq: 1, lastSeq: 512 } })
})

test('what is under hold outlives its time until it is released', async () => {
  const { organizationId, log } = await anOldLog(100, 600)
  const hold = { id: newId('hld'), name: 'Case 7', reason: 'a suit', from: null, to: null, agentId: null }
  await log.placeHold({ ...hold, placedByName: 'Probe' }, anEvent())
  await trimmedTo(organizationId, 7, 512, 90)
  await settle(organizationId, async () => true)
  expect(await log.eraseEvent(3, anEvent())).toEqual({ heldBy: 'Case 7' })
  expect(await log.eraseEvent(602, anEvent())).toEqual({ heldBy: 'Case 7' })
  expect((await log.keeping()).archive.expiredTiles).toBe(0)
  const released = await log.releaseHold(hold.id, 'Probe', 'settled', anEvent())
  expect(released).toMatchObject({ releasedByName: 'Probe', releasedBecause: 'settled' })
  const head = await log.head()
  expect(await log.releaseHold(hold.id, 'Probe', 'settled', anEvent())).toEqual(released)
  expect(await log.head()).toBe(head)
  await settle(organizationId, async () => (await log.keeping()).archive.expiredTiles === 2)
  await checkAuditLog(organizationId)
})

test('an erased event of the archive stands nowhere any more, in the window or out of it', async () => {
  const secret = 'something-to-forget'
  const { organizationId, log } = await anOldLog(10, 600, { payload: { name: secret } }, { payload: { name: secret } })
  const [before] = [...(await archivedFiles(organizationId)).keys()].filter((path) => path.startsWith('openings/000'))
  expect(await log.eraseEvent(1, anEvent())).toMatchObject({ events: 1 })
  await trimmedTo(organizationId, 7, 512)
  expect(await log.eraseEvent(2, anEvent())).toMatchObject({ events: 1 })
  const head = await log.head()
  const again = await log.eraseEvent(2, anEvent())
  expect([again, await log.head()]).toEqual([again, head])
  expect(await log.event(2)).toMatchObject({ isErased: true })
  await settle(organizationId, async () => {
    const names = [...(await archivedFiles(organizationId)).keys()].filter((path) => path.startsWith('openings/000'))
    return names.length === 1 && names[0] !== before
  })
  await evictDurableObject(object(organizationId))
  await checkAuditLog(organizationId, [secret])
})

test('a range comes back into search for some days, and leaves again', async () => {
  const { organizationId, log } = await anOldLog(10, 600, { payload: { name: 'needle' } })
  await trimmedTo(organizationId, 7, 512)
  const needle = { filter: { keyword: 'needle' }, order: 'newest', limit: 10, beyond: null } as const
  expect((await log.page(needle)).entries).toEqual([])
  const id = newId('rst')
  const wanted = { id, from: Date.now() - 20 * dayMs, to: Date.now(), days: 3, askedByName: 'Probe', reason: 'a look' }
  expect(await log.restore({ ...wanted, to: wanted.from + 1 }, anEvent())).toEqual({ tiles: 0 })
  expect(await log.restore(wanted, anEvent())).toMatchObject({ id, state: 'running', tiles: 2, done: 0 })
  // As if the object had ended between the commit and its alarm.
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    storage.sql.exec("DELETE FROM alarms WHERE name = 'restore'")
  })
  await evictDurableObject(object(organizationId))
  await settle(organizationId, async () => (await log.keeping()).restores[0]?.state === 'restored')
  expect((await log.keeping()).restores[0]).toMatchObject({ done: 2, tiles: 2, fault: null })
  expect((await log.page(needle)).entries).toMatchObject([{ seq: 1, payload: { name: 'needle' } }])
  expect(await log.eraseEvent(1, anEvent())).toMatchObject({ events: 1 })
  expect((await log.page(needle)).entries).toEqual([])
  await checkAuditLog(organizationId, ['needle'])
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 4 * dayMs })
  await settle(organizationId, async () => (await log.keeping()).restores[0]?.state === 'ended')
  vi.useRealTimers()
  expect((await log.page({ ...needle, filter: {}, order: 'oldest' })).entries[0]?.seq).toBeGreaterThan(512)
  const ended = (await checkAuditLog(organizationId)).filter(({ type }) => type === 'audit.restore-ended')
  expect(ended).toMatchObject([{ payload: { restoreId: id } }])
})

test('an archive that was changed is not let in, and the log tells of it', async () => {
  const { organizationId, log } = await anOldLog(10, 600)
  await trimmedTo(organizationId, 7, 512)
  const path = `${organizationId}/tile/entries/001`
  const good = new Uint8Array((await (await env.ARCHIVE.get(path))?.arrayBuffer()) ?? new ArrayBuffer())
  const bad = good.slice()
  bad[40] = (bad[40] ?? 0) ^ 1
  await env.ARCHIVE.put(path, bad)
  const wanted = { from: 0, to: Date.now(), days: 3, askedByName: 'Probe', reason: 'a look' }
  await log.restore({ ...wanted, id: newId('rst') }, anEvent())
  await settle(organizationId, async () => (await log.keeping()).restores[0]?.state === 'failed')
  const { archive, restores } = await log.keeping()
  expect(archive.fault).toMatchObject({ path })
  expect(restores[0]).toMatchObject({ done: 1 })
  expect(await log.eraseEvent(300, anEvent())).toEqual({ damaged: path })
  const hashes = (await log.proven(256, 256)).map(({ leaf, hash }) => [leaf, hash])
  expect(hashes).toHaveLength(256)
  await env.ARCHIVE.put(path, good)
  await log.restore({ ...wanted, id: newId('rst') }, anEvent())
  await settle(organizationId, async () => (await log.keeping()).restores[0]?.state === 'restored')
  expect((await log.keeping()).archive.fault).toBeNull()
  const types = (await checkAuditLog(organizationId)).map(({ type }) => type)
  expect(types.filter((type) => type === 'audit.archive-fault')).toHaveLength(1)
})
