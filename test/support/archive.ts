import { env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import type { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'
import type { AuditInput } from '../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../durable-objects/audit-log/stub.ts'
import { anEvent } from './audit-events.ts'

const object = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

const atOnce = 1_000

/** Appends so many events, the first of them with these facts. */
export const appendMany = async (organizationId: string, count: number, ...first: Partial<AuditInput>[]) => {
  const events = Array.from({ length: count }, (_, at) => anEvent(first[at] ?? { payload: { name: `probe ${at}` } }))
  for (let from = 0; from < count; from += atOnce)
    await auditLog(env, organizationId).append(events.slice(from, from + atOnce))
  return events
}

/** Lets alarms run, as due now, until nothing is left to do or `isDone`. */
export const settle = async (organizationId: string, isDone: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await isDone()) return
    await runInDurableObject(object(organizationId), (_: AuditLog, { storage }) => {
      storage.sql.exec('UPDATE alarms SET due = ? WHERE due > ?', Date.now(), Date.now())
    })
    await runDurableObjectAlarm(object(organizationId))
  }
  throw new Error('the archive did not settle')
}

/** Publishes, and archives all that is due. */
export const archiveAll = async (organizationId: string): Promise<void> => {
  const log = auditLog(env, organizationId)
  await log.freshCheckpoint()
  await settle(organizationId, async () => (await log.keeping()).archive.waiting === 0)
}

/** Everything that the bucket has of an organization, by path without the organization. */
export const archivedFiles = async (organizationId: string): Promise<Map<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>()
  const { objects } = await env.ARCHIVE.list({ prefix: `${organizationId}/` })
  for (const { key } of objects) {
    const stored = await env.ARCHIVE.get(key)
    if (stored) files.set(key.slice(organizationId.length + 1), new Uint8Array(await stored.arrayBuffer()))
  }
  return files
}
