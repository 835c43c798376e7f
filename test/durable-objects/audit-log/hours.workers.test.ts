import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { hoursMigration } from '../../../durable-objects/audit-log/hours.ts'
import type { HourlyCounts } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { spoils, touches } from '../../support/every-log.ts'
import { rowsRead } from '../../support/log-rows.ts'

const hourMs = 3_600_000
const sum = (counts: number[]) => counts.reduce((all, each) => all + each, 0)
const sums = ({ events, risky }: HourlyCounts) => [sum(events), sum(risky)]
const lastDay = async (organizationId: string) => sums(await auditLog(env, organizationId).hourly(24, Date.now()))
const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

test('hours are counted from now backwards, each event once', async () => {
  const organizationId = touches(newId('org'))
  const log = auditLog(env, organizationId)
  const events = [anEvent({ risk: 'high' }), anEvent(), anEvent({ risk: 'critical' })]
  await log.append(events)
  const { events: counted, risky } = await log.hourly(24, Date.now())
  expect([counted.length, risky.length]).toEqual([24, 24])
  expect(await lastDay(organizationId)).toEqual([3, 2])
  await log.append([...events, anEvent()])
  expect(await lastDay(organizationId)).toEqual([4, 2])
  await evictDurableObject(object(organizationId))
  expect(await lastDay(organizationId)).toEqual([4, 2])
  expect(sums(await log.hourly(24, Date.now() + 48 * hourMs))).toEqual([0, 0])
  expect(sums(await log.hourly(24, Date.now() - 48 * hourMs))).toEqual([0, 0])
  expect(await lastDay(newId('org'))).toEqual([0, 0])
})

test('a log from before hours were counted has them counted once', async () => {
  const organizationId = touches(newId('org'))
  const log = auditLog(env, organizationId)
  await log.append([anEvent({ risk: 'high' }), anEvent(), anEvent({ risk: 'critical' })])
  expect(await lastDay(organizationId)).toEqual([3, 2])
  const now = Date.now()
  spoils(organizationId)
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage: { sql } }) => {
    sql.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, recorded_at INTEGER, risk INTEGER)')
    for (const [seq, risk] of [2, 0, 3].entries())
      sql.exec('INSERT INTO events VALUES (?, ?, ?)', seq + 1, now - (seq + 1) * hourMs, risk)
    sql.exec('DROP TABLE hours')
    sql.exec(hoursMigration)
    sql.exec('DROP TABLE events')
  })
  await log.append([anEvent()])
  const { events, risky } = await log.hourly(24, now)
  expect([events.slice(-4, -1), risky.slice(-4, -1)]).toEqual([
    [1, 1, 1],
    [1, 0, 1],
  ])
  expect(await lastDay(organizationId)).toEqual([4, 2])
})

test('a day is read as hours, however many events it has', async () => {
  const organizationId = newId('org')
  const log = auditLog(env, organizationId)
  await log.append(Array.from({ length: 300 }, () => anEvent({ risk: 'high' })))
  expect(await lastDay(organizationId)).toEqual([300, 300])
  const read = await rowsRead(organizationId, async (counted) => {
    expect(sums(await counted.hourly(24, Date.now()))).toEqual([300, 300])
  })
  expect(read).toBeGreaterThan(0)
  expect(read).toBeLessThan(30)
})
