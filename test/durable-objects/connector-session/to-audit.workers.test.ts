import { expect, test } from 'vitest'
import { toAudit } from '../../../durable-objects/connector-session/to-audit.ts'
import type { ConnectorEvent } from '../../../worker/features/connectors/link/events/contract.ts'
import { masksLike } from '../../features/masking/rules.ts'

const actor = { kind: 'connector', id: 'con_1' } as const
const known = { actor, agentIds: new Map([['agent-0', 'agt_1']]), approvals: new Map() }

const toolStarted = (title: string): ConnectorEvent => ({
  n: 1,
  key: 'k',
  at: '2026-11-22T12:00:00.123Z',
  type: 'tool.started',
  payload: {
    agent: 'agent-0',
    sessionKey: 'agent:agent-0:main',
    runId: '6b7a1f0e-52a1-4c9e-8a61-3d5f0a1b2c3d',
    tool: 'exec',
    toolCallId: 'call_1',
    title,
  },
})

test('an event is told with our ids, its trace and its payload as it is, where nothing in it is masked', () => {
  const event = toolStarted('Exec git status')
  expect(toAudit(event, known, masksLike({ keepOriginals: true }))).toStrictEqual({
    key: 'con_1:k',
    type: 'tool.started',
    at: Date.UTC(2026, 10, 22, 12, 0, 0, 123),
    actor,
    agentId: 'agt_1',
    connectorId: 'con_1',
    target: null,
    risk: 'low',
    traceId: '6b7a1f0e52a14c9e8a613d5f0a1b2c3d',
    payload: event.payload,
  })
})

test('what is masked in it goes along where the policy keeps it, and only there', () => {
  const event = toolStarted('mail lin@example.com')
  const told = toAudit(event, known, masksLike({ keepOriginals: true }))
  expect(told.payload.title).toMatch(/^mail ‹email:\w{10}›$/)
  expect(told.originals).toMatchObject([{ path: '/title', value: 'lin@example.com' }])
  expect(toAudit(event, known, masksLike())).not.toHaveProperty('originals')
  expect(event.payload).toMatchObject({ title: 'mail lin@example.com' })
})
