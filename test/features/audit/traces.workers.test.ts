import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { EventCount, EventsPage } from '../../../worker/features/audit/contract.ts'
import { Trace } from '../../../worker/features/audit/traces/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call } from '../../support/call.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const traceId = 'ab'.repeat(16)
const startAt = Date.UTC(2026, 10, 21)
const later = (ms: number) => startAt + ms
const told = (
  type: AuditInput['type'],
  ms: number,
  payload: Record<string, unknown>,
  facts: Partial<AuditInput> = {},
) => anEvent({ type, at: later(ms), traceId, payload, ...facts })

/** A run that calls a tool, which asks, is allowed, and ends; told in another order than it happened. */
const story = (approvalId: string, agentId: string) => {
  const run = { runId: 'r1', agent: 'main', sessionKey: 'agent:main:main' }
  const tool = { ...run, toolCallId: 't1', tool: 'exec', title: 'uname -a' }
  return [
    told('approval.decided', 900, { outcome: 'allow_once' }, { target: approvalId }),
    told('run.started', 0, run, { agentId }),
    told('tool.started', 100, tool, { agentId }),
    told('approval.requested', 200, { ...tool, command: 'uname -a' }, { target: approvalId, risk: 'high', agentId }),
    told('approval.confirmed', 1_000, { outcome: 'allow_once' }, { target: approvalId }),
    told('tool.ended', 1_500, { ...tool, outcome: 'ok' }, { agentId }),
    told(
      'run.ended',
      2_000,
      { ...run, outcome: 'ok', usage: { inputTokens: 1, outputTokens: 2, costMicroUsd: 4_200 } },
      { agentId },
    ),
    told('connector.renamed', 2_500, { name: 'x' }),
  ]
}

const theTrace = async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const [approvalId, agentId] = [newId('apr'), newId('agt')]
  await auditLog(env, owner.organizationId).append([
    ...story(approvalId, agentId),
    anEvent({ traceId: 'cd'.repeat(16) }),
  ])
  return { owner, headers, path: `/api/v1/audit/traces/${traceId}` }
}

test('a trace is a tree: run, tool under it, approval under that, with times, outcome and cost', async () => {
  const { headers, path } = await theTrace()
  const trace = Trace.parse(await (await call(path, { headers })).json())
  const name = new Map(trace.spans.map((span) => [span.id, span.kind]))
  expect(
    trace.spans.map((span) => [
      span.kind,
      span.parentId && name.get(span.parentId),
      span.durationMs,
      span.outcome,
      span.risk,
    ]),
  ).toEqual([
    ['run', null, 2_000, 'ok', 'low'],
    ['tool', 'run', 1_400, 'ok', 'low'],
    ['approval', 'tool', 800, 'allow_once', 'high'],
    ['event', null, 0, null, 'low'],
  ])
  expect(trace).toMatchObject({ durationMs: 2_500, costMicroUsd: 4_200, isCut: false })
  expect(trace.events).toHaveLength(8)
  expect(trace.spans.flatMap((span) => span.events).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const again = Trace.parse(await (await call(path, { headers })).json())
  expect(again.spans).toEqual(trace.spans)
})

test('a trace that is not there, of others, or no trace', async () => {
  const { owner, headers, path } = await theTrace()
  const other = await (await anOrganization()).authorization()
  const viewer = await (await aMember(owner.organizationId, 'viewer')).authorization()
  expect((await call(path, { headers: other })).status).toBe(404)
  expect((await call(`/api/v1/audit/traces/${'00'.repeat(16)}`, { headers })).status).toBe(404)
  expect((await call('/api/v1/audit/traces/xyz', { headers })).status).toBe(422)
  expect((await call(path, { headers: viewer })).status).toBe(403)
})

test('a search is counted, and one event is shown', async () => {
  const { headers } = await theTrace()
  const count = async (query: string) =>
    EventCount.parse(await (await call(`/api/v1/audit/events/count?${query}`, { headers })).json())
  expect(await count('type=approval.')).toEqual({ count: 3, isExact: true })
  expect(await count(`keyword=${encodeURIComponent('uname')}`)).toEqual({ count: 3, isExact: true })
  const statusOf = async (path: string) => (await call(`/api/v1/audit/events${path}`, { headers })).status
  expect([await statusOf('/1'), await statusOf('/99'), await statusOf('/x')]).toEqual([200, 404, 422])
  expect(await statusOf('?keyword=%2F%2F')).toBe(422)
  expect(await statusOf('?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z')).toBe(422)
  const other = await (await anOrganization()).authorization()
  expect((await call('/api/v1/audit/events/1', { headers: other })).status).toBe(404)
})

test('a run that another one spawned hangs under it, with what it cost', async () => {
  const owner = await anOrganization()
  const [parent, child] = [{ runId: 'r1', agent: 'main', sessionKey: 'agent:main:main' }, 'r2']
  const below = { ...parent, runId: child, sessionKey: 'agent:main:subagent:1', rootRunId: 'r1' }
  const usage = { inputTokens: 1, outputTokens: 2, costMicroUsd: 700 }
  await auditLog(env, owner.organizationId).append([
    told('run.started', 0, parent),
    told('run.started', 100, { ...below, parentRunId: 'r1' }),
    told('tool.started', 150, { ...below, toolCallId: 't9', tool: 'read', title: 'read' }),
    told('run.ended', 200, { ...below, parentRunId: 'r1', outcome: 'ok', usage }),
    told('run.ended', 300, { ...parent, outcome: 'ok' }),
  ])
  const trace = Trace.parse(
    await (await call(`/api/v1/audit/traces/${traceId}`, { headers: await owner.authorization() })).json(),
  )
  const [root, spawned, tool] = trace.spans
  expect(trace.spans.map(({ kind, parentId }) => [kind, parentId])).toEqual([
    ['run', null],
    ['run', root?.id],
    ['tool', spawned?.id],
  ])
  expect([spawned?.costMicroUsd, spawned?.durationMs, trace.costMicroUsd]).toEqual([700, 100, 700])
  // Each event says the same of itself, wherever it is read.
  expect(trace.events.map(({ spanId, parentSpanId }) => [spanId, parentSpanId])).toEqual([
    [root?.id, null],
    [spawned?.id, root?.id],
    [tool?.id, spawned?.id],
    [spawned?.id, root?.id],
    [root?.id, null],
  ])
  const list = EventsPage.parse(
    await (await call('/api/v1/audit/events?order=oldest', { headers: await owner.authorization() })).json(),
  )
  expect(list.items).toEqual(trace.events)
  const csv = await (
    await call('/api/v1/audit/events/export?format=csv', { headers: await owner.authorization() })
  ).text()
  expect(csv).toContain(`,${spawned?.id},${root?.id},`)
})
