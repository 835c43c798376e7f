import { env } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { AuditEntry, EventFilter } from '../../../worker/features/audit/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'

const types = ['approval.decided', 'approval.expired', 'agent.removed', 'run.started', 'connector.online'] as const
const agents = [newId('agt'), newId('agt'), null]
const connectors = [newId('con'), newId('con'), null]
const traces = ['a'.repeat(32), 'b'.repeat(32), null]
const start = Date.parse('2026-01-01T00:00:00.000Z')

const pick = <T>(list: readonly T[], index: number): T => {
  const one = list[index % list.length]
  if (one === undefined) throw new Error('an empty list')
  return one
}

const aMixedLog = async () => {
  const organizationId = touches(newId('org'))
  const events: AuditInput[] = Array.from({ length: 240 }, (_, index) =>
    anEvent({
      type: pick(types, index * 7 + (index >> 3)),
      agentId: pick(agents, index * 5 + (index >> 2)),
      connectorId: pick(connectors, index + (index >> 4)),
      traceId: pick(traces, index * 11 + (index >> 1)),
      risk: pick(risks, index * 3 + (index >> 5)),
      at: start + index * 60_000,
    }),
  )
  const log = auditLog(env, organizationId)
  await log.append(events.slice(0, 100))
  await log.append(events.slice(100))
  return { organizationId, log }
}

/** The same question, answered the plainest way. */
const naive = (entries: AuditEntry[], filter: EventFilter) =>
  entries.filter((entry) => {
    if (filter.agentId !== undefined && entry.agentId !== filter.agentId) return false
    if (filter.connectorId !== undefined && entry.connectorId !== filter.connectorId) return false
    if (filter.traceId !== undefined && entry.traceId !== filter.traceId) return false
    if (filter.risk !== undefined && !filter.risk.split(',').includes(entry.risk)) return false
    if (filter.from !== undefined && entry.at < new Date(filter.from).toISOString()) return false
    if (filter.to !== undefined && entry.at >= new Date(filter.to).toISOString()) return false
    if (filter.type === undefined) return true
    return filter.type
      .split(',')
      .some((type) => entry.type === type || (type.endsWith('.') && entry.type.startsWith(type)))
  })

const minute = (index: number) => new Date(start + index * 60_000).toISOString()
const filters: EventFilter[] = [
  {},
  { agentId: agents[0] ?? '' },
  { agentId: newId('agt') },
  { connectorId: connectors[1] ?? '' },
  { traceId: traces[0] ?? '' },
  { type: 'run.started' },
  { type: 'approval.' },
  { type: 'approval.,agent.removed' },
  { type: 'approval' },
  { type: 'nothing.like-it' },
  { type: Array(20).fill('approval.').join() },
  { risk: 'critical' },
  { risk: 'low,critical' },
  { from: minute(50) },
  { to: minute(50) },
  { from: minute(50), to: minute(51) },
  { from: '2026-01-01T01:00:00Z', to: '2026-01-01T02:00:00.000Z', risk: 'high,medium', type: 'agent.,run.' },
  {
    agentId: agents[1] ?? '',
    connectorId: connectors[0] ?? '',
    traceId: traces[1] ?? '',
    type: 'connector.,approval.',
  },
]

describe('a page', () => {
  test('has exactly what its filter says, in both orders, however it is cut', async () => {
    const { organizationId, log } = await aMixedLog()
    const everything = await checkAuditLog(organizationId)
    for (const filter of filters) {
      const expected = naive(everything, filter).map((entry) => entry.seq)
      for (const order of ['oldest', 'newest'] as const)
        for (const limit of [7, 200]) {
          const seen: number[] = []
          for (;;) {
            const page = await log.page({ filter, order, limit, beyond: seen.at(-1) ?? null })
            seen.push(...page.entries.map((entry) => entry.seq))
            expect(page.entries.length).toBeLessThanOrEqual(limit)
            if (!page.more) break
          }
          expect(seen).toEqual(order === 'oldest' ? expected : expected.toReversed())
        }
    }
  })

  test('loses and repeats nothing while events arrive', async () => {
    const { organizationId, log } = await aMixedLog()
    const forwards: number[] = []
    const backwards: number[] = []
    for (let round = 0; round < 40; round++) {
      const [older, newer] = await Promise.all([
        log.page({ filter: {}, order: 'newest', limit: 10, beyond: backwards.at(-1) ?? null }),
        log.page({ filter: {}, order: 'oldest', limit: 10, beyond: forwards.at(-1) ?? null }),
        log.append([anEvent(), anEvent()]),
      ])
      backwards.push(...older.entries.map((entry) => entry.seq))
      forwards.push(...newer.entries.map((entry) => entry.seq))
    }
    expect(forwards).toEqual(Array.from({ length: forwards.length }, (_, index) => index + 1))
    expect(forwards.length).toBeGreaterThan(300)
    expect(backwards).toEqual(Array.from({ length: backwards[0] ?? 0 }, (_, index) => (backwards[0] ?? 0) - index))
    await checkAuditLog(organizationId)
  })

  test('says how far it has looked, also when little matched', async () => {
    const { log } = await aMixedLog()
    const none = await log.page({ filter: { type: 'nothing' }, order: 'oldest', limit: 5, beyond: null })
    expect(none).toEqual({ entries: [], more: false, through: 240, archivedBefore: null })
    const some = await log.page({ filter: {}, order: 'oldest', limit: 5, beyond: 10 })
    expect(some).toMatchObject({ more: true, through: 15 })
  })
})
