import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { appendMany, archiveAll, archivedFiles } from '../../support/archive.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { spoils, touches } from '../../support/every-log.ts'

const aLog = () => {
  const organizationId = touches(newId('org'))
  return { organizationId, log: auditLog(env, organizationId) }
}
const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

test('a full tile goes to the archive, and what is not full waits', async () => {
  const { organizationId, log } = aLog()
  await appendMany(organizationId, 600)
  await archiveAll(organizationId)
  const { archive } = await log.keeping()
  expect(archive).toMatchObject({ archivedThrough: 512, waiting: 0, trimmedThrough: 0, fault: null })
  const files = await archivedFiles(organizationId)
  const paths = [...files.keys()].map((path) => path.replace(/-[0-9a-f]{24}$/, ''))
  expect(paths).toEqual([
    'openings/000',
    'openings/001',
    'tile/0/000',
    'tile/0/001',
    'tile/entries/000',
    'tile/entries/001',
  ])
  for (const [path, width] of [
    ['tile/0/000', 256],
    ['tile/entries/001', 256],
  ] as const) {
    const [, level = '', n] = path.split('/')
    const served = await log.tile(level === 'entries' ? 'entries' : Number(level), Number(n), width)
    expect(files.get(path)).toEqual(new Uint8Array(served ?? []))
  }
  await evictDurableObject(object(organizationId))
  expect((await log.keeping()).archive.archivedThrough).toBe(512)
  await checkAuditLog(organizationId)
})

test('a full tile waits until nothing is appended any more, though for no more than a minute', async () => {
  const { organizationId, log } = aLog()
  const dueIn = () =>
    runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
      const { due } = storage.sql.exec<{ due: number }>("SELECT due FROM alarms WHERE name = 'archive'").one()
      storage.sql.exec("DELETE FROM alarms WHERE name = 'archive'")
      return due - Date.now()
    })
  await appendMany(organizationId, 300)
  await log.freshCheckpoint()
  expect(await dueIn()).toBeGreaterThan(0)
  spoils(organizationId)
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    storage.sql.exec('UPDATE segments SET recorded_at = recorded_at - 61000 WHERE last = 256')
  })
  await appendMany(organizationId, 1)
  await log.freshCheckpoint()
  expect(await dueIn()).toBeLessThanOrEqual(0)
})
