import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { Archive } from '../../../durable-objects/audit-log/archive/archive.ts'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { configOf } from '../../../worker/config.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { appendMany, archiveAll, archivedFiles, settle } from '../../support/archive.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'

const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

/** The bucket as a process has it that ends at the n-th thing that it does there: before it happens, or behind it. */
const cutOff = (bucket: R2Bucket, at: number, moment: 'before' | 'behind'): R2Bucket => {
  let done = 0
  return new Proxy(bucket, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        done += 1
        const isLast = done === at
        if (done > at || (isLast && moment === 'before')) throw new Error('the process has ended')
        const answer: unknown = await Reflect.apply(method, target, args)
        if (isLast) throw new Error('the process has ended')
        return answer
      }
    },
  })
}

/** Runs one step of the archive that is cut off, and throws the object away. */
const crash = async (
  organizationId: string,
  at: number,
  moment: 'before' | 'behind',
  step: (archive: Archive) => Promise<unknown>,
) => {
  await runInDurableObject(object(organizationId), async (_: AuditLog, { storage }) => {
    const archive = new Archive(storage, cutOff(env.ARCHIVE, at, moment), configOf(env), organizationId)
    await expect(step(archive)).rejects.toThrow('the process has ended')
  })
  await evictDurableObject(object(organizationId))
}

/** A signed log with one full tile that no alarm archives. */
const aFullLog = async () => {
  const organizationId = touches(newId('org'))
  await appendMany(organizationId, 1, { payload: { name: 'told once' } })
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    storage.sql.exec("INSERT INTO alarms (name, due) VALUES ('archive', ?)", Date.now() + 3_600_000)
  })
  await appendMany(organizationId, 299)
  const log = auditLog(env, organizationId)
  await log.freshCheckpoint()
  return { organizationId, log }
}
const openingsOf = async (organizationId: string) =>
  [...(await archivedFiles(organizationId)).keys()].filter((path) => path.startsWith('openings/'))

// One file of openings, one bundle and one tile: each is written and read back.
const steps = [1, 2, 3, 4, 5, 6].flatMap((at) => (['before', 'behind'] as const).map((moment) => ({ at, moment })))

test.each(steps)('archiving that ends $moment its call $at goes on, and nothing is doubled', async ({ at, moment }) => {
  const { organizationId, log } = await aFullLog()
  await crash(organizationId, at, moment, (archive) => archive.archiveNext(300, Date.now()))
  expect((await log.keeping()).archive.archivedThrough).toBe(0)
  await archiveAll(organizationId)
  await settle(organizationId, async () => (await openingsOf(organizationId)).length === 1)
  expect((await log.keeping()).archive).toMatchObject({ archivedThrough: 256, fault: null })
  expect([...(await archivedFiles(organizationId)).keys()]).toHaveLength(3)
  await checkAuditLog(organizationId)
})

test.each([1, 2])(
  'an erasure that ends at its call %i has erased nothing, and is done when it is asked again',
  async (at) => {
    const { organizationId, log } = await aFullLog()
    await archiveAll(organizationId)
    const before = await openingsOf(organizationId)
    await crash(organizationId, at, 'behind', (archive) => archive.writeOpenings(0, []))
    expect(await log.event(1)).toMatchObject({ payload: { name: 'told once' } })
    expect(await log.eraseEvent(1, anEvent())).toMatchObject({ events: 1 })
    await evictDurableObject(object(organizationId))
    await settle(organizationId, async () => {
      const after = await openingsOf(organizationId)
      return after.length === 1 && after[0] !== before[0]
    })
    await checkAuditLog(organizationId, ['told once'])
  },
)

test('what stands in the way of the archive is told, never written over, and archived when it is gone', async () => {
  const { organizationId, log } = await aFullLog()
  const path = `${organizationId}/tile/entries/000`
  await env.ARCHIVE.put(path, 'something else')
  await settle(organizationId, async () => (await log.keeping()).archive.fault !== null)
  expect((await log.keeping()).archive).toMatchObject({ archivedThrough: 0, fault: { path } })
  expect(await (await env.ARCHIVE.get(path))?.text()).toBe('something else')
  await settle(organizationId, async () => (await log.keeping()).archive.fault !== null)
  await env.ARCHIVE.delete(path)
  await archiveAll(organizationId)
  expect((await log.keeping()).archive).toMatchObject({ archivedThrough: 256, fault: null })
  const types = (await checkAuditLog(organizationId)).map(({ type }) => type)
  expect(types.filter((type) => type === 'audit.archive-fault')).toHaveLength(1)
})

test('an event that was changed by hand before it was archived does not get in', async () => {
  const { organizationId, log } = await aFullLog()
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    storage.sql.exec(
      'UPDATE segments SET leaves = replace(leaves, \'"risk":"low"\', \'"risk":"high"\') WHERE first <= 9 AND last >= 9',
    )
  })
  await settle(organizationId, async () => (await log.keeping()).archive.fault !== null)
  expect((await log.keeping()).archive).toMatchObject({ archivedThrough: 0 })
  expect([...(await archivedFiles(organizationId)).keys()]).toEqual([])
  await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
    storage.sql.exec(
      'UPDATE segments SET leaves = replace(leaves, \'"risk":"high"\', \'"risk":"low"\') WHERE first <= 9 AND last >= 9',
    )
  })
  await archiveAll(organizationId)
  await checkAuditLog(organizationId)
})
