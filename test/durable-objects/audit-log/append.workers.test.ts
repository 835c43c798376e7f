import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { migrations } from '../../../durable-objects/audit-log/migrations.ts'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { migrate } from '../../../durable-objects/support/migrate.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'

const aLog = () => {
  const organizationId = touches(newId('org'))
  return { organizationId, log: auditLog(env, organizationId) }
}
const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

test('events are numbered from one in the order in which they came', async () => {
  const { organizationId, log } = aLog()
  expect(await log.head()).toBe(0)
  expect(await log.append([anEvent(), anEvent()])).toEqual({ appended: 2, head: 2 })
  expect(await log.append([anEvent()])).toEqual({ appended: 1, head: 3 })
  expect(await checkAuditLog(organizationId)).toHaveLength(3)
})

test('nothing is appended by nothing', async () => {
  const { organizationId, log } = aLog()
  expect(await log.append([])).toEqual({ appended: 0, head: 0 })
  expect(await checkAuditLog(organizationId)).toEqual([])
})

test('the same key is one event, and the first telling stays', async () => {
  const { organizationId, log } = aLog()
  const first = anEvent({ key: 'once', payload: { name: 'first' } })
  await log.append([first])
  expect(await log.append([{ ...first, payload: { name: 'second' } }])).toEqual({ appended: 0, head: 1 })
  const [entry] = await checkAuditLog(organizationId)
  expect(entry?.payload).toEqual({ name: 'first' })
})

test('duplicates within one batch are one event', async () => {
  const { organizationId, log } = aLog()
  const twice = anEvent()
  expect(await log.append([twice, anEvent(), twice])).toEqual({ appended: 2, head: 2 })
  await checkAuditLog(organizationId)
})

test('twenty concurrent appends leave no gap, and what two of them share is single', async () => {
  const { organizationId, log } = aLog()
  const shared = anEvent()
  await Promise.all(Array.from({ length: 20 }, () => log.append([anEvent(), shared, anEvent()])))
  expect(await checkAuditLog(organizationId)).toHaveLength(41)
})

test('a batch with one event that cannot be stored leaves nothing behind', async () => {
  const { organizationId, log } = aLog()
  await log.append([anEvent()])
  await runInDurableObject(object(organizationId), async (instance: AuditLog) => {
    await expect(
      instance.append([anEvent(), anEvent({ payload: { huge: Number.POSITIVE_INFINITY } })]),
    ).rejects.toThrow()
  })
  expect(await checkAuditLog(organizationId)).toHaveLength(1)
})

test('the sequence goes on after eviction where it was', async () => {
  const { organizationId, log } = aLog()
  const known = anEvent()
  await log.append([known])
  await evictDurableObject(object(organizationId))
  expect(await log.append([known, anEvent()])).toEqual({ appended: 1, head: 2 })
  await checkAuditLog(organizationId)
})

test('migrations run twice change nothing, and newer storage is refused', async () => {
  const { organizationId, log } = aLog()
  await log.append([anEvent()])
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    migrate(storage, migrations)
    expect(() => migrate(storage, migrations.slice(0, -1))).toThrow('storage is at version')
  })
  expect(await checkAuditLog(organizationId)).toHaveLength(1)
})

test('a migration that fails leaves the storage at the version before', async () => {
  const { organizationId } = aLog()
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    const broken = [...migrations, 'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)']
    expect(() => migrate(storage, broken)).toThrow()
    expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'half'").toArray()).toEqual([])
    migrate(storage, migrations)
  })
  await checkAuditLog(organizationId)
})

test('text of every kind is kept and proven', async () => {
  const { organizationId, log } = aLog()
  const texts = ['ärger 漢字 🦞', '"quotes" \\ \u0007 \u2028', '\ud83e\udd9e', '<script>', '0', '']
  const events: AuditInput[] = texts.map((name) =>
    anEvent({ payload: { name, nested: { b: [1.5, null, true], a: name } } }),
  )
  await log.append(events)
  const entries = await checkAuditLog(organizationId)
  expect(entries.map((entry) => entry.payload.name)).toEqual(texts)
})
