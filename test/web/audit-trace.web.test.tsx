import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/audit/trace/trace-page.tsx'
import { traceIdIn, tracesOf } from '../../web/features/audit/trace/queries.ts'
import { placeOf, rowsOf, stepOf, ticksOf } from '../../web/features/audit/trace/tree.ts'
import type { Span, Trace } from '../../worker/features/audit/traces/contract.ts'
import './support/loaded-pages.ts'
import { anEntry, anId } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

const startedAt = '2026-11-20T10:00:00.000Z'
const aSpan = (id: string, parentId: string | null, given: Partial<Span> = {}): Span => ({
  id,
  parentId,
  kind: 'tool',
  name: `step ${id}`,
  agentId: null,
  connectorId: null,
  startedAt,
  endedAt: startedAt,
  durationMs: 0,
  outcome: null,
  risk: 'low',
  costMicroUsd: null,
  events: [],
  ...given,
})
const spans = [aSpan('run', null), aSpan('a', 'run'), aSpan('a1', 'a'), aSpan('b', 'run'), aSpan('lost', 'nobody')]

describe('the tree', () => {
  it('has children under their parents, and those of unknown parents at the root', () => {
    expect(
      rowsOf(spans, new Set()).map(({ span, level, position, siblings }) => [span.id, level, position, siblings]),
    ).toEqual([
      ['run', 1, 1, 2],
      ['a', 2, 1, 2],
      ['a1', 3, 1, 1],
      ['b', 2, 2, 2],
      ['lost', 1, 2, 2],
    ])
    expect(rowsOf(spans, new Set(['run'])).map(({ span, isOpen }) => [span.id, isOpen])).toEqual([
      ['run', false],
      ['lost', null],
    ])
  })

  it('is walked with the keys of a tree', () => {
    const rows = rowsOf(spans, new Set(['a']))
    expect(stepOf(rows, 'run', 'ArrowDown')).toEqual({ to: 'a' })
    expect(stepOf(rows, 'run', 'ArrowUp')).toBe(null)
    expect(stepOf(rows, 'run', 'ArrowRight')).toEqual({ to: 'a' })
    expect(stepOf(rows, 'a', 'ArrowRight')).toEqual({ open: 'a' })
    expect(stepOf(rows, 'run', 'ArrowLeft')).toEqual({ close: 'run' })
    expect(stepOf(rows, 'b', 'ArrowLeft')).toEqual({ to: 'run' })
    expect(stepOf(rows, 'b', 'ArrowRight')).toBe(null)
    expect(stepOf(rows, 'run', 'End')).toEqual({ to: 'lost' })
    expect(stepOf(rows, 'run', 'x')).toBe(null)
  })

  it('lies on one axis, and what has no end reaches to the end', () => {
    const trace = { startedAt, durationMs: 1_000 }
    const late = '2026-11-20T10:00:00.250Z'
    expect(placeOf(aSpan('a', null, { startedAt: late, durationMs: 500 }), trace)).toEqual({ left: 25, width: 50 })
    expect(placeOf(aSpan('a', null, { startedAt: late, durationMs: null }), trace)).toEqual({ left: 25, width: 75 })
    expect(placeOf(aSpan('a', null, { durationMs: 9_000 }), trace).width).toBe(100)
    expect(ticksOf(1_000)).toEqual([0, 200, 400, 600, 800, 1_000])
    expect(ticksOf(1)).toEqual([0, 1])
  })
})

describe('the list of traces', () => {
  it('is made of the newest events, each trace once with its worst risk', () => {
    const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
    const lines = tracesOf([
      anEntry(4, { traceId: one, risk: 'low' }),
      anEntry(3, { traceId: two }),
      anEntry(2, { traceId: one, risk: 'critical', agentId: anId('agt', 2) }),
      anEntry(1),
    ])
    expect(lines.map(({ traceId, risk, events, newest }) => [traceId, risk, events, newest.seq])).toEqual([
      [one, 'critical', 2, 4],
      [two, 'low', 1, 3],
    ])
    expect(lines[0]?.agentIds).toEqual([anId('agt', 1), anId('agt', 2)])
  })

  it('takes an id alone or in a traceparent', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736'
    expect(traceIdIn(` ${id.toUpperCase()} `)).toBe(id)
    expect(traceIdIn(`00-${id}-00f067aa0ba902b7-01`)).toBe(id)
    expect(traceIdIn('run-1')).toBe(null)
  })
})

describe('the page of a trace', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const traceId = 'a'.repeat(32)
  const trace: Trace = {
    traceId,
    startedAt,
    endedAt: startedAt,
    durationMs: 1_200,
    costMicroUsd: 12_300,
    agents: [{ id: anId('agt', 1), name: 'Ledger' }],
    spans: [
      aSpan('run', null, { kind: 'run', events: [1] }),
      aSpan('tool', 'run', { events: [2], outcome: 'error', risk: 'high', durationMs: 840 }),
    ],
    events: [anEntry(1), anEntry(2, { type: 'connector.paused', payload: {} })].map((entry) => ({
      ...entry,
      spanId: null,
      parentSpanId: null,
    })),
    isCut: false,
  }
  const items = () => [...document.querySelectorAll<HTMLElement>('[role=treeitem]')]
  const open = async () => {
    const server = new FakeServer()
    server.intercept = ({ path }) => (path === `/audit/traces/${traceId}` ? Response.json(trace) : undefined)
    close = (await openApp(`/audit/traces/${traceId}`, server)).close
    await until(() => items().length === 2)
  }
  const events = () => [...document.querySelectorAll('ol[aria-label="Events of the chosen step"] a')]

  it('tells its cost and length, and each step with its end', async () => {
    await open()
    expect(document.body.textContent).toContain('took 1.2s')
    expect(document.body.textContent).toContain('$0.0123')
    expect(items()[1]?.textContent).toContain('failed')
    expect(items()[1]?.textContent).toContain('840ms')
    expect(items().map((item) => item.getAttribute('aria-level'))).toEqual(['1', '2'])
  })

  it('shows the events of the step that is chosen, by mouse and by key', async () => {
    await open()
    expect(events().map((link) => link.getAttribute('href'))).toEqual(['/audit/1'])
    await click(() => items()[1])
    expect(events().map((link) => link.getAttribute('href'))).toEqual(['/audit/2'])
    await press('ArrowUp', items()[1])
    expect(events().map((link) => link.getAttribute('href'))).toEqual(['/audit/1'])
    expect(document.activeElement).toBe(items()[0])
    await press('ArrowLeft', items()[0])
    expect(items()).toHaveLength(1)
    expect(items()[0]?.getAttribute('aria-expanded')).toBe('false')
    await press('ArrowRight', items()[0])
    expect(items()).toHaveLength(2)
  })
})
