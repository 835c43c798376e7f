import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { tailBehind } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { AuditEntry, type EventFilter } from '../../../worker/features/audit/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'

const aLog = () => {
  const organizationId = touches(newId('org'))
  return {
    organizationId,
    log: auditLog(env, organizationId),
    object: env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
  }
}
type Log = ReturnType<typeof aLog>

const listen = async ({ log }: Log, after: number, filter: EventFilter = {}) => {
  const query = new URLSearchParams({ after: String(after), filter: JSON.stringify(filter) })
  const { webSocket } = await log.fetch(
    new Request(`https://audit-log/tail?${query}`, { headers: { upgrade: 'websocket' } }),
  )
  if (!webSocket) throw new Error('no socket')
  webSocket.accept()
  const heard: AuditEntry[] = []
  const listener = { heard, closedWith: 0, close: () => webSocket.close(1000), say: () => webSocket.send('?') }
  webSocket.addEventListener('message', ({ data }) => {
    heard.push(AuditEntry.parse(JSON.parse(String(data))))
  })
  webSocket.addEventListener('close', ({ code }) => {
    listener.closedWith = code
  })
  return listener
}
const seqs = (heard: AuditEntry[]) => heard.map((entry) => entry.seq)
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 10 })

test('replay and live follow each other without gap or repeat, whoever appends meanwhile', async () => {
  const world = aLog()
  await world.log.append(Array.from({ length: 30 }, () => anEvent()))
  const appends = Array.from({ length: 20 }, () => world.log.append([anEvent(), anEvent()]))
  const listeners = await Promise.all([0, 10, 25, 30].map((after) => listen(world, after)))
  await Promise.all(appends)
  await world.log.append([anEvent()])
  for (const [index, after] of [0, 10, 25, 30].entries())
    await eventually(() => expect(seqs(listeners[index]?.heard ?? [])).toEqual(upTo(after + 1, 71)))
  expect(listeners[0]?.heard).toEqual(await checkAuditLog(world.organizationId))
  for (const listener of listeners) listener.close()
})

test('only what the filter says is told, in replay and live', async () => {
  const world = aLog()
  const agentId = newId('agt')
  await world.log.append([anEvent(), anEvent({ agentId })])
  const listener = await listen(world, 0, { agentId })
  await world.log.append([anEvent({ agentId, risk: 'high' }), anEvent()])
  await eventually(() => expect(seqs(listener.heard)).toEqual([2, 3]))
  listener.close()
  await checkAuditLog(world.organizationId)
})

test('an event that was known already is not told again', async () => {
  const world = aLog()
  const once = anEvent()
  const listener = await listen(world, 0)
  await world.log.append([once])
  await world.log.append([once, anEvent()])
  await eventually(() => expect(seqs(listener.heard)).toEqual([1, 2]))
  listener.close()
})

test('a listener that is too far behind is sent to the pages', async () => {
  const world = aLog()
  for (let batch = 0; batch < 6; batch++) await world.log.append(Array.from({ length: 200 }, () => anEvent()))
  const behind = await listen(world, 100)
  await eventually(() => expect(behind.closedWith).toBe(tailBehind))
  expect(behind.heard).toEqual([])
  const near = await listen(world, 200)
  await eventually(() => expect(seqs(near.heard)).toEqual(upTo(201, 1_200)))
  near.close()
})

test('an evicted sequence keeps telling those who listen, by their filters', async () => {
  const world = aLog()
  const agentId = newId('agt')
  const everything = await listen(world, 0)
  const some = await listen(world, 0, { agentId })
  await world.log.append([anEvent()])
  await evictDurableObject(world.object)
  await world.log.append([anEvent({ agentId })])
  await eventually(() => expect(seqs(everything.heard)).toEqual([1, 2]))
  await eventually(() => expect(seqs(some.heard)).toEqual([2]))
  everything.close()
  some.close()
})

test('listeners who left are gone, and one who speaks is hung up on', async () => {
  const world = aLog()
  const [leaves, speaks] = [await listen(world, 0), await listen(world, 0)]
  leaves.close()
  speaks.say()
  await eventually(() => expect([leaves.closedWith, speaks.closedWith]).toEqual([1000, 1008]))
  await eventually(async () => {
    const open = await runInDurableObject(world.object, (_: AuditLog, state) => state.getWebSockets().length)
    expect(open).toBe(0)
  })
  await world.log.append([anEvent()])
  await checkAuditLog(world.organizationId)
})
