import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { toCursor } from '../../../worker/platform/page.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/audit/events'
const append = ({ organizationId }: Person, count: number, facts = {}) =>
  auditLog(env, organizationId).append(Array.from({ length: count }, () => anEvent(facts)))
const listed = async (person: Person, query = '') => {
  const answer = await call(`${path}${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return Page(AuditEntry).parse(await answer.json())
}
const seqsOf = async (person: Person, query: string) => (await listed(person, query)).items.map((entry) => entry.seq)

test('the sequence is read newest first, or oldest first, page by page', async () => {
  const owner = await anOrganization()
  await append(owner, 12)
  expect((await listed(owner, '?order=oldest')).items).toEqual(await checkAuditLog(owner.organizationId))
  const first = await listed(owner, '?limit=5')
  expect(first.items.map((entry) => entry.seq)).toEqual([12, 11, 10, 9, 8])
  await append(owner, 3)
  expect(await seqsOf(owner, `?limit=5&cursor=${first.nextCursor}`)).toEqual([7, 6, 5, 4, 3])
  const last = await listed(owner, `?limit=5&order=oldest&cursor=${toCursor(12)}`)
  expect([last.items.map((entry) => entry.seq), last.nextCursor]).toEqual([[13, 14, 15], null])
})

test('filters are the same as everywhere', async () => {
  const owner = await anOrganization()
  await append(owner, 1, { type: 'approval.decided', risk: 'high', traceId: 'f'.repeat(32) })
  await append(owner, 1, { type: 'approval.expired' })
  await append(owner, 1)
  expect(await seqsOf(owner, '?type=approval.')).toEqual([2, 1])
  expect(await seqsOf(owner, '?type=approval.expired,connector.renamed')).toEqual([3, 2])
  expect(await seqsOf(owner, '?risk=high,critical')).toEqual([1])
  expect(await seqsOf(owner, `?traceId=${'f'.repeat(32)}`)).toEqual([1])
  expect(await seqsOf(owner, `?to=${new Date(Date.now() - 60_000).toISOString()}`)).toEqual([])
  await checkAuditLog(owner.organizationId)
})

test('a moment may be told by the clock of whoever asks', async () => {
  const owner = await anOrganization()
  const at = Date.UTC(2026, 0, 1, 16)
  for (const each of [at - 1, at, at + 1]) await append(owner, 1, { at: each })
  for (const moment of ['2026-01-01T16:00:00Z', '2026-01-02T00:00:00%2B08:00', '2026-01-01T11:00:00.000-05:00']) {
    expect([moment, await seqsOf(owner, `?from=${moment}`)]).toEqual([moment, [3, 2]])
    expect([moment, await seqsOf(owner, `?to=${moment}`)]).toEqual([moment, [1]])
  }
  expect(await seqsOf(owner, '?from=2026-01-02T00:00:00%2B08:00&to=2026-01-01T17:00:00Z')).toEqual([3, 2])
  const none = '?from=2026-01-01T17:00:00Z&to=2026-01-02T00:00:00%2B08:00'
  expect((await call(`${path}${none}`, { headers: await owner.authorization() })).status).toBe(422)
  await checkAuditLog(owner.organizationId)
})

test('what does not fit is 422 with its path', async () => {
  const headers = await (await anOrganization()).authorization()
  const wrong = [
    'limit=0',
    'limit=201',
    'cursor=nonsense',
    `cursor=${toCursor('text')}`,
    'order=random',
    'type=A b',
    'type=,',
    `type=${Array(21).fill('run.ended').join()}`,
    'type=run.end',
    'type=nothing.',
    'type=run.ended,approval.decide',
    'risk=low;',
    'from=yesterday',
    'from=2026-01-01',
    'from=2026-01-01T00:00:00',
    'from=2026-13-01T00:00:00Z',
    'who=me',
    'agentId=agt_1',
  ]
  for (const query of wrong) {
    const answer = await call(`${path}?${query}`, { headers })
    expect([query, answer.status]).toEqual([query, 422])
    expect(Problem.parse(await answer.json()).errors?.length).toBeGreaterThan(0)
  }
})

test('is read by those who may, and by nobody else', async () => {
  const owner = await anOrganization()
  await append(owner, 1)
  const auditor = await aMember(owner.organizationId, 'auditor')
  expect(await seqsOf(auditor, '')).toEqual([1])
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await call(path, { headers: await viewer.authorization() })).status).toBe(403)
  expect((await call(path)).status).toBe(401)
  expect(await seqsOf(await anOrganization(), '')).toEqual([])
  const entries = await checkAuditLog(owner.organizationId)
  expect(entries.at(-1)).toMatchObject({ type: 'access.refused', actor: { id: viewer.userId } })
})
