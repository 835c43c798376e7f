import { env } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { EventFilter } from '../../../worker/features/audit/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { appendMany, archiveAll, archivedFiles, settle } from '../../support/archive.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { spoils, touches } from '../../support/every-log.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** A log of a month ago, archived: each tenth event is another one. */
const anOldLog = async () => {
  const organizationId = touches(newId('org'))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 30 * 86_400_000 })
  const facts = Array.from({ length: 520 }, (_, at) => ({
    ...(at % 10 === 0 && { type: 'approval.expired' as const }),
    payload: { name: `probe ${at}` },
  }))
  await appendMany(organizationId, 600, ...facts)
  await archiveAll(organizationId)
  vi.useRealTimers()
  return { organizationId, log: auditLog(env, organizationId), whole: await checkAuditLog(organizationId) }
}
const walked = async (organizationId: string, filter: EventFilter, limit: number) => {
  const log = auditLog(env, organizationId)
  const found: number[] = []
  for (let after = 0; ; ) {
    const step = await log.walk({ filter, after, limit })
    if (!step) throw new Error('the archive does not have it')
    expect(step.entries.length).toBeLessThanOrEqual(limit)
    found.push(...step.entries.map(({ seq }) => seq))
    if (!step.more) return found
    expect(step.through).toBeGreaterThan(after)
    after = step.through
  }
}

test('who goes through all of it finds what is in the archive alone as it was, filtered alike, and hears when it is lost', async () => {
  const { organizationId, log, whole } = await anOldLog()
  const before = await walked(organizationId, { type: 'approval.' }, 7)
  const { retention } = await log.keeping()
  const told = anEvent({ type: 'audit.retention-changed', payload: { version: 1, windowDays: 7, archiveDays: null } })
  await log.setRetention(retention.version, { windowDays: 7, archiveDays: null }, 'Probe', told)
  await settle(organizationId, async () => (await log.keeping()).archive.trimmedThrough === 512)
  expect(await walked(organizationId, { type: 'approval.' }, 7)).toEqual(before)
  expect((await log.walk({ filter: {}, after: 0, limit: 256 }))?.entries).toEqual(whole.slice(0, 256))
  spoils(organizationId)
  for (const path of (await archivedFiles(organizationId)).keys()) await env.ARCHIVE.delete(`${organizationId}/${path}`)
  expect(await log.walk({ filter: {}, after: 0, limit: 256 })).toBeNull()
})
