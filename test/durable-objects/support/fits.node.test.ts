import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fits } from '../../../durable-objects/support/fits.ts'
import { FrameFromConnector } from '../../../worker/features/connectors/link/contract.ts'
import { ConnectorEvent } from '../../../worker/features/connectors/link/events/contract.ts'

const run = { agent: 'agent-0', sessionKey: 'agent:agent-0:main', runId: 'run-1' }
const call = { tool: 'exec', toolCallId: 'call-1', title: 'Exec git status' }
const usage = { inputTokens: 1, outputTokens: 2, costMicroUsd: null }
const agent = { externalId: 'a', name: 'A', model: null, workspace: null, toolsProfile: null, isDefault: true }
const told = [
  ['run.started', { ...run, parentRunId: 'run-0', rootRunId: 'run-0' }],
  ['run.started', { ...run, rootRunId: 'run-0' }],
  ['run.ended', { ...run, outcome: 'error', durationMs: 0, error: 'it', usage }],
  ['model.called', { ...run, provider: null, model: 'm', ordinal: 3 }],
  ['tool.started', { ...run, rootRunId: 'run-0', ...call }],
  ['tool.ended', { ...run, ...call, outcome: 'ok', exitCode: -1, durationMs: null }],
  ['gateway.roster', { agents: [agent, { ...agent, externalId: 'b' }] }],
  ['gateway.connected', { version: '1', bootId: 'b', restarted: false }],
  ['gateway.fault', { fault: 'f', detail: 'd', count: 1 }],
] as const
const at = '2026-11-22T12:00:00.123Z'
const eventOf = ([type, payload]: readonly [string, object], n: number) => ({ n, key: `k-${n}`, at, type, payload })
const frameOf = <T>(events: T) => ({ kind: 'events', events })
const frames = told.map((each, index) => frameOf([eventOf(each, index + 1), eventOf(told[4], 99)]))

const isFit = fits(FrameFromConnector)
/** What fits is what parsing answers, to the order of its names. */
const agrees = (frame: unknown): boolean => {
  const isAsItStands = isFit(frame)
  if (isAsItStands) expect(JSON.stringify(FrameFromConnector.parse(frame))).toBe(JSON.stringify(frame))
  return isAsItStands
}

const odd: unknown[] = [
  ...[
    null,
    true,
    '',
    'x'.repeat(300),
    'x'.repeat(301),
    'x'.repeat(4_001),
    0,
    -1,
    1.5,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
  ],
  ...[Number.POSITIVE_INFINITY, [], ['x'], {}, { length: 1 }, '2026-02-30T12:00:00.123Z', '2026-11-22T12:00:00Z'],
]

/** A value with one of its parts made odd, left out, written twice as another, or moved behind the rest. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* odd
  if (Array.isArray(value)) {
    yield [...value, ...value]
    for (const [index, item] of value.entries()) for (const other of spoilt(item)) yield value.with(index, other)
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, more: 1 }
    yield JSON.parse(JSON.stringify(value).replace('{', '{"__proto__":1,'))
    for (const [name, inside] of Object.entries(value)) {
      const { [name]: _, ...rest } = Object.fromEntries(Object.entries(value))
      yield rest
      yield { ...rest, [name]: inside }
      for (const other of spoilt(inside)) yield { ...value, [name]: other }
    }
  }
}

describe('a frame', () => {
  test.each(frames)('fits as a connector writes it: %j', (frame) => {
    expect(agrees(frame)).toBe(true)
    // A connector sends what the contract made of its events.
    expect(agrees({ ...frame, events: frame.events.map((event) => ConnectorEvent.parse(event)) })).toBe(true)
  })

  test.each(frames)('fits with anything odd in it only where parsing answers just that: %j', (frame) => {
    const answers = [...spoilt(frame)].map(agrees)
    expect(new Set(answers)).toEqual(new Set([true, false]))
  })

  test('of no events, or too many, does not fit', () => {
    const [event] = frames[4]?.events ?? []
    expect([0, 1, 100, 101].map((count) => agrees(frameOf(Array(count).fill(event))))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('of another kind is left to parsing where that would add to it', () => {
    expect(agrees({ kind: 'gateway', connected: true, version: null, bootId: null, detail: null })).toBe(true)
    expect(agrees(frameOf([eventOf(['approval.resolved', { externalId: 'x' }], 1)]))).toBe(false)
  })
})

test.each([
  ['a refinement', z.string().refine((text) => text === 'x')],
  ['a transformation', z.string().transform((text) => text.length)],
  ['one in place', z.string().trim()],
  ['another format', z.email()],
  ['a whole number of another kind', z.int32()],
  ['a refined object', z.object({}).refine(() => false)],
  ['an upper bound', z.number().max(-1)],
  ['a record', z.record(z.string(), z.unknown())],
  ['one of which just one may fit', z.xor([z.string(), z.literal('x')])],
])('nothing fits %s, which only parsing knows', (_, schema) => {
  for (const value of ['x', ' x', 'a@example.com', 1, 2 ** 40, {}, { a: 1 }]) expect(fits(schema)(value)).toBe(false)
})
