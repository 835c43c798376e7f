import { expect, test } from 'vitest'
import { Trace } from '../../../worker/features/audit/traces/contract.ts'
import { parseTraceparent } from '../../../worker/platform/traceparent.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { anOrganization } from '../../support/organizations.ts'

const hex = (digits: number) => crypto.randomUUID().replaceAll('-', '').slice(0, digits)
const key = { name: 'Robot', scopes: ['agents.read'] }

test('a call within a trace of its caller is told in it, under the span that the caller named', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const [traceId, parent] = [hex(32), hex(16)]
  const within = (span: string) => ({ ...headers, traceparent: `00-${traceId}-${span}-01` })
  const answer = await post('/api/v1/api-keys', key, within(parent))
  const told = parseTraceparent(answer.headers.get('traceparent') ?? undefined)
  expect(told?.traceId).toBe(traceId)
  expect(told?.parentId).not.toBe(parent)
  // The caller's own tool may call on from our span: what that writes hangs under it.
  await post('/api/v1/api-keys', key, within(told?.parentId ?? ''))
  const [first, second] = await checkAuditLog(owner.organizationId)
  expect(first).toMatchObject({ traceId, payload: { spanId: told?.parentId, parentSpanId: parent } })
  expect(second).toMatchObject({ traceId, payload: { parentSpanId: told?.parentId } })
  const trace = Trace.parse(await (await call(`/api/v1/audit/traces/${traceId}`, { headers })).json())
  expect(trace.spans.map(({ id, parentId, events }) => [id, parentId, events])).toEqual([
    [told?.parentId, null, [1]],
    [second?.payload.spanId, told?.parentId, [2]],
  ])
})

test('without a trace of its own, or with a header that is none, a call begins one and says which', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const answers = [
    await post('/api/v1/api-keys', key, headers),
    await post('/api/v1/api-keys', key, { ...headers, traceparent: `00-${'0'.repeat(32)}-${hex(16)}-01` }),
    await post('/api/v1/api-keys', key, { ...headers, traceparent: `00-${hex(32)}-nonsense` }),
  ]
  const traces = answers.map((answer) => parseTraceparent(answer.headers.get('traceparent') ?? undefined)?.traceId)
  const entries = await checkAuditLog(owner.organizationId)
  expect(entries.map(({ traceId }) => traceId)).toEqual(traces)
  expect(new Set(traces).size).toBe(3)
  for (const { payload } of entries) expect(payload).not.toHaveProperty('spanId')
})

test('what belongs to another trace than the call stays in its own', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const request = { action: 'deploy', title: 'Deploy', command: 'make' }
  const asked = { ...headers, 'idempotency-key': hex(16), traceparent: `00-${hex(32)}-${hex(16)}-01` }
  const { id } = await (await post('/api/v1/approvals', request, asked)).json<{ id: string }>()
  const decided = { ...headers, traceparent: `00-${hex(32)}-${hex(16)}-01` }
  await post(`/api/v1/approvals/${id}/withdraw`, undefined, decided)
  const entries = (await checkAuditLog(owner.organizationId)).filter(({ target }) => target === id)
  expect(new Set(entries.map(({ traceId }) => traceId)).size).toBe(1)
  expect(entries.find(({ type }) => type === 'approval.opened')?.payload).toHaveProperty('parentSpanId')
  expect(entries.find(({ type }) => type === 'approval.withdrawn')?.payload).not.toHaveProperty('parentSpanId')
})
