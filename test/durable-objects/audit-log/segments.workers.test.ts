import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { segmentsMigration } from '../../../durable-objects/audit-log/segments/migration.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { takeApart } from '../../support/apart.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { spoils, touches } from '../../support/every-log.ts'

const aLog = () => {
  const organizationId = touches(newId('org'))
  const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
  const bounds = () =>
    runInDurableObject(object, (_: AuditLog, { storage: { sql } }) =>
      sql
        .exec<{ first: number; last: number }>('SELECT first, last FROM segments ORDER BY first')
        .toArray()
        .map(({ first, last }) => [first, last]),
    )
  return { organizationId, log: auditLog(env, organizationId), object, bounds }
}
const events = (count: number, payload: Record<string, unknown> = { name: 'x' }) =>
  Array.from({ length: count }, () => anEvent({ payload }))

describe('what comes together stands together', () => {
  test('at most 32 in a row, and none over the end of a tile', async () => {
    const { organizationId, log, bounds } = aLog()
    await log.append(events(1))
    await log.append(events(40))
    await log.append(events(220))
    const rows = await bounds()
    expect(rows.slice(0, 4)).toEqual([
      [1, 1],
      [2, 33],
      [34, 41],
      [42, 73],
    ])
    expect(rows.slice(-2)).toEqual([
      [234, 256],
      [257, 261],
    ])
    await checkAuditLog(organizationId)
  })

  test('long payloads make short rows, below what a row may hold', async () => {
    const { organizationId, log, bounds } = aLog()
    await log.append(events(32, { text: '部'.repeat(20_000) }))
    const rows = await bounds()
    expect(rows.length).toBeGreaterThan(1)
    for (const [first = 0, last = 0] of rows) expect(last - first).toBeLessThan(16)
    await checkAuditLog(organizationId)
  })

  test('some of which are known already: the new ones are numbered without a gap, each once', async () => {
    const { organizationId, log, bounds } = aLog()
    const told = events(6)
    await log.append(told.slice(2, 4))
    const twice = [...told, ...told]
    expect(await log.append(twice)).toEqual({ appended: 4, head: 6 })
    expect(await log.append(twice)).toEqual({ appended: 0, head: 6 })
    expect(await bounds()).toEqual([
      [1, 2],
      [3, 6],
    ])
    await checkAuditLog(organizationId)
  })
})

test('one of a row is erased, and the others stay', async () => {
  const { organizationId, log, object } = aLog()
  await log.append(events(5, { name: 'somebody' }))
  await log.eraseEvent(3, anEvent())
  await evictDurableObject(object)
  const { entries } = await log.page({ filter: {}, order: 'oldest', limit: 10, beyond: null })
  const said = entries.map(({ payload, isErased }) => (isErased ? 'erased' : payload.name))
  expect(said.slice(0, 5)).toEqual(['somebody', 'somebody', 'erased', 'somebody', 'somebody'])
  const found = await log.page({ filter: { keyword: 'somebody' }, order: 'oldest', limit: 10, beyond: null })
  expect(found.entries.map(({ seq }) => seq)).toEqual([1, 2, 4, 5])
  const stored = await runInDurableObject(object, (_: AuditLog, { storage: { sql } }) =>
    sql.exec<{ salts: ArrayBuffer }>('SELECT salts FROM segments WHERE first = 1').one(),
  )
  expect(
    Buffer.from(stored.salts)
      .subarray(64, 96)
      .every((byte) => byte === 0),
  ).toBe(true)
  await checkAuditLog(organizationId)
})

test('pages in both directions begin and end within a row', async () => {
  const { log } = aLog()
  for (const count of [3, 70, 1, 200]) await log.append(events(count))
  for (const order of ['newest', 'oldest'] as const) {
    const seen: number[] = []
    for (let beyond: number | null = null; ; ) {
      const { entries, more } = await log.page({ filter: {}, order, limit: 17, beyond })
      seen.push(...entries.map(({ seq }) => seq))
      if (!more) break
      beyond = entries.at(-1)?.seq ?? null
    }
    const all = Array.from({ length: 274 }, (_, n) => n + 1)
    expect(seen).toEqual(order === 'newest' ? all.toReversed() : all)
  }
})

test('a row that somebody changed by hand does not stop the search, nor the others from being read', async () => {
  const { organizationId, log, object } = aLog()
  await log.append(events(3))
  spoils(organizationId)
  await takeApart(organizationId)
  await runInDurableObject(object, (_: AuditLog, { storage: { sql } }) => {
    sql.exec("UPDATE segments SET leaves = 'no leaf' WHERE first = 2")
  })
  await log.append(events(1))
  for (const filter of [{}, { keyword: 'x' }, { risk: 'low' }]) {
    const { entries } = await log.page({ filter, order: 'oldest', limit: 10, beyond: null })
    expect(entries.map(({ seq }) => seq)).toEqual([1, 3, 4])
  }
  expect(await log.event(2)).toBe(null)
  expect((await log.proven(1, 1))[0]).toMatchObject({ seq: 2, leaf: 'no leaf' })
})

test('a log from before, with a row for each event, goes on as it was', async () => {
  const { organizationId, log, object } = aLog()
  await log.append(events(40))
  await log.eraseEvent(7, anEvent())
  const before = await checkAuditLog(organizationId)
  await takeApart(organizationId)
  await runInDurableObject(object, (_: AuditLog, { storage }) =>
    storage.transactionSync(() => {
      const { sql } = storage
      sql.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, recorded_at INTEGER NOT NULL,
        leaf TEXT NOT NULL, leaf_hash BLOB NOT NULL, payload TEXT, salt BLOB)`)
      sql.exec(`INSERT INTO events SELECT first, keys ->> '$[0]', leaves ->> '$.id', recorded_at, leaves, hashes,
        nullif(payloads, ''), iif(payloads = '', NULL, salts) FROM segments`)
      sql.exec('DROP TABLE segments')
      sql.exec('DROP TABLE event_keys')
      sql.exec(segmentsMigration)
    }),
  )
  await evictDurableObject(object)
  const [known] = before
  if (!known) throw new Error('nothing was appended')
  await log.append(events(2))
  const after = await checkAuditLog(organizationId)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after).toHaveLength(43)
})
