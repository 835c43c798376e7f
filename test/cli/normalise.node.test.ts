import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ApprovalRecord, toGatewayApproval } from '../../cli/gateway/approvals.ts'
import { Faults } from '../../cli/gateway/faults.ts'
import { EventFrame } from '../../cli/gateway/frames.ts'
import { eventKey, toolCallRef } from '../../cli/gateway/keys.ts'
import { ledgerDraft } from '../../cli/gateway/ledger.ts'
import { Normaliser } from '../../cli/gateway/normalise.ts'
import { changedPaths } from '../../cli/gateway/roster.ts'
import { type EventDraft, numbered } from '../../cli/journal/draft.ts'

/** What a real OpenClaw 2026.9.6 said to a connected operator while agents worked. */
const recorded = readFileSync(join(import.meta.dirname, 'recorded/openclaw-2026.9.6.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => EventFrame.parse({ type: 'event', ...JSON.parse(line) }))

function normalised(): EventDraft[] {
  const normaliser = new Normaliser()
  return recorded.flatMap(({ event, payload }) => {
    const said = normaliser.take(event, payload)
    expect(said.kind).not.toBe('fault')
    return said.kind === 'events' ? said.drafts : []
  })
}

test('a real run becomes the closed list of events, each of them within the contract', () => {
  const drafts = normalised()
  const runs = [...new Set(drafts.flatMap(({ payload }) => ('runId' in payload && payload.runId) || []))]
  const story = (index: number) =>
    drafts.filter(({ payload }) => 'runId' in payload && payload.runId === runs[index]).map(({ type }) => type)
  expect(story(0)).toEqual([
    'run.started',
    'model.called',
    'tool.started',
    'approval.requested',
    'tool.ended',
    'model.called',
    'run.ended',
  ])
  for (const [index, draft] of drafts.entries()) expect(numbered(draft, 'journal', index + 1).type).toBe(draft.type)
})

test('allowed, denied, failed by exit code, failed by itself and aborted are told apart', () => {
  const drafts = normalised()
  const tools = drafts.filter((draft) => draft.type === 'tool.ended')
  expect(tools.map(({ payload }) => [payload.tool, payload.outcome, payload.exitCode])).toEqual([
    ['exec', 'ok', 0],
    ['exec', 'denied', null],
    ['exec', 'error', 3],
    ['read', 'error', null],
  ])
  const ends = drafts.filter((draft) => draft.type === 'run.ended')
  // An aborted run ends twice in the gateway's words; its key makes it one.
  expect(new Map(ends.map((draft) => [draft.key, draft.payload.outcome])).size).toBe(5)
  expect(ends.map(({ payload }) => payload.outcome)).toContain('aborted')
})

test('no model text and no tool output is in any event', () => {
  const told = JSON.stringify(normalised())
  for (const text of ['TOOLRESULT', 'Linux', 'File not found', 'user-denied', 'chunk0', 'missing.txt']) {
    expect(told).not.toContain(text)
  }
})

test('telling the same story again gives the same keys', () => {
  const keys = normalised().map(({ key }) => key)
  expect(normalised().map(({ key }) => key)).toEqual(keys)
})

test('the ledger tells of a run and of a tool call under the keys of the live events', () => {
  const live = normalised()
  const tool = live.find((draft) => draft.type === 'tool.ended')
  const row = {
    sequence: 1,
    occurredAt: 1_795_228_605_836,
    kind: 'tool_action',
    action: 'tool.action.finished',
    status: 'succeeded',
    agentId: 'main',
    sessionKey: 'agent:main:any',
    runId: tool?.payload.runId ?? '',
    toolCallId: `sha256:${toolCallRef(tool?.payload.toolCallId ?? '')}`,
    toolName: 'exec',
  }
  expect(ledgerDraft(row)?.key).toBe(tool?.key)
  const { toolCallId: _, ...run } = { ...row, kind: 'agent_run', action: 'agent.run.finished', status: 'cancelled' }
  expect(ledgerDraft(run)).toMatchObject({ key: `run.ended:${row.runId}`, payload: { outcome: 'aborted' } })
})

test('a command too long to be read whole can only be denied', () => {
  const record = ApprovalRecord.parse({
    id: 'apr',
    createdAtMs: 1_795_228_605_836,
    expiresAtMs: 1_795_228_605_836,
    request: { command: `echo ${'x'.repeat(40_000)}; rm -rf /`, allowedDecisions: ['allow-once', 'deny', 'nonsense'] },
  })
  const approval = toGatewayApproval(record, 'openclaw.exec')
  expect(approval.allowedDecisions).toEqual(['deny'])
  expect(approval.warning).toContain('can only be denied')
})

test('what the protocol does not allow is a fault, and what no clock could say becomes now', () => {
  const normaliser = new Normaliser()
  expect(normaliser.take('exec.approval.requested', { id: 7 }).kind).toBe('fault')
  expect(normaliser.take('agent', null).kind).toBe('fault')
  expect(normaliser.take('tick', { ts: 1 }).kind).toBe('nothing')
  const said = normaliser.take('agent', {
    runId: 'r',
    stream: 'lifecycle',
    data: { phase: 'start', startedAt: Number.MAX_VALUE },
  })
  const at = said.kind === 'events' ? (said.drafts[0]?.at ?? '') : ''
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
})

test('a thousand faults of a kind are two events: the first, and the count of the rest', () => {
  const told: EventDraft[] = []
  const faults = new Faults((draft) => told.push(draft))
  for (let index = 0; index < 1_000; index++) faults.add('garbage-frame', 'garbage')
  faults.flush()
  expect(told.map(({ payload }) => ('count' in payload ? payload.count : 0))).toEqual([1, 999])
})

test('overlong ids still make a key of their own', () => {
  const long = 'x'.repeat(400)
  expect(eventKey('run.started', long).length).toBeLessThanOrEqual(200)
  expect(eventKey('run.started', long)).not.toBe(eventKey('run.started', `${long}y`))
})

test('a configuration change is told by its paths, never by its values', () => {
  const before = { tools: { profile: 'full' }, models: { providers: { a: { apiKey: 'one' } } } }
  const after = { tools: { profile: 'minimal' }, models: { providers: { a: { apiKey: 'two' } } } }
  expect(changedPaths(before, after)).toEqual(['models.providers.a.apiKey', 'tools.profile'])
})
