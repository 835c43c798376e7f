import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventReader } from '../../web/event-stream.ts'
import { replayRules } from '../../web/features/rules/replay-stream.ts'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { aRule, aRuleSet, events, serverWithRules } from './support/rules.ts'
import { until } from './support/until.ts'

const risksOf = (count: number) => ({ low: 0, medium: count, high: 0, critical: 0 })
const result = {
  scanned: 40,
  ms: 12,
  version: null,
  matrix: [
    { happened: 'asked_refused', would: 'allow', count: 3, byRisk: risksOf(3) },
    { happened: 'asked_allowed', would: 'ask', count: 37, byRisk: risksOf(37) },
  ],
  rules: [{ id: anId('rul', 1), name: 'rule 1', mode: 'enforce', hits: 3, errors: 0 }],
  unruled: 37,
  changed: 3,
  changes: [
    {
      ...{
        approvalId: anId('apr', 1),
        requestedAt: '2026-11-20T10:00:00.000Z',
        command: 'rm -rf /srv',
        risk: 'critical',
      },
      ...{ from: 'asked_refused', to: 'allow', ruleId: anId('rul', 1), ruleName: 'rule 1' },
    },
  ],
}

describe('the stream of a replay', () => {
  it('is read the same wherever it was cut', () => {
    const text = `: hello\n\n${events(['progress', { scanned: 10, total: 40 }], ['later', 1], ['result', result])}`
    for (let cut = 0; cut <= text.length; cut += 7) {
      const read = eventReader()
      const told = [...read(text.slice(0, cut)), ...read(text.slice(cut))]
      expect(told.map(({ event }) => event)).toEqual(['progress', 'later', 'result'])
    }
  })

  it('that is not as promised is unreadable', async () => {
    expect(() => eventReader()('event: result\ndata: {\n\n')).toThrow('no JSON')
    vi.stubGlobal('fetch', async () => new Response(events(['later', 1], ['progress', { scanned: 'many' }])))
    const range = { from: new Date(0), to: new Date(1) }
    await expect(
      replayRules(range, { signal: new AbortController().signal, progress: () => {} }),
    ).rejects.toMatchObject({ code: 'unreadable' })
  })
})

describe('a replay', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const open = async (answer: () => Response) => {
    let asked = 0
    // The first question is the list's own, for the hits of the last days.
    const state = serverWithRules(aRuleSet(1, [aRule(1)]), ({ path }) =>
      path === '/approvals/rules/replay' && ++asked > 1 ? answer() : undefined,
    )
    close = (await openApp('/approvals/rules?view=replay', state.server)).close
    await until(() => button('Replay the rules in force') && asked === 1)
    await click(() => button('Replay the rules in force'))
    return state
  }

  it('names the cells that are dangerous, and lists what would change', async () => {
    await open(() => new Response(events(['progress', { scanned: 10, total: 40 }], ['result', result])))
    await until(() => document.querySelector('table'))
    expect(document.body.textContent).toContain('3 requests that people refused would be allowed.')
    const cell = document.querySelector('[aria-label="3 requests: People refused, Would be allowed"]')
    expect(cell?.className).toContain('text-critical')
    expect(document.body.textContent).toContain('rm -rf /srv')
  })

  it('says why it broke off, with the request id', async () => {
    const fault = await problem(500, 'internal').json()
    await open(() => new Response(events(['progress', { scanned: 10, total: 40 }], ['problem', fault])))
    const alert = await until(() => document.querySelector('[role=alert]'))
    expect(alert.textContent).toContain('The replay could not be run')
    expect(alert.textContent).toContain('req-test-1')
  })

  it('ends when it is cancelled', async () => {
    const endless = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) =>
            controller.enqueue(new TextEncoder().encode(events(['progress', { scanned: 10, total: 40 }]))),
        }),
      )
    await open(endless)
    await until(() => document.body.textContent?.includes('10 of 40 requests'))
    await click(() => button('Cancel'))
    await until(() => document.body.textContent?.includes('The replay was cancelled.'))
  })

  it('that ends without a result is no success', async () => {
    vi.stubGlobal('fetch', async () => new Response(events(['progress', { scanned: 1, total: 2 }])))
    const range = { from: new Date(0), to: new Date(1) }
    await expect(
      replayRules(range, { signal: new AbortController().signal, progress: () => {} }),
    ).rejects.toMatchObject({ code: 'network' })
  })
})
