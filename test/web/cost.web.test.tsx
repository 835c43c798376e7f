import { afterEach, describe, expect, it } from 'vitest'
import type { CostSummary, CostSums } from '../../worker/features/cost/contract.ts'
import './support/loaded-pages.ts'
import '../../web/features/cost/cost-page.tsx'
import { presetOf, rangeOf } from '../../web/features/cost/range.ts'
import { acting } from './support/acting.ts'
import { anId } from './support/build.ts'
import { type Call, FakeServer, problem } from './support/fake-server.ts'
import { button, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const sums = (costMicroUsd: number | null, given: Partial<CostSums> = {}): CostSums => ({
  ...{ runs: 4, unpricedRuns: 0, inputTokens: 12_000, outputTokens: 800, costMicroUsd },
  ...given,
})
const range = ({ query }: Call) => ({
  from: query.get('from') ?? '',
  to: query.get('to') ?? '',
  ...({ timeZone: 'UTC', currency: 'USD', dataAsOf: new Date().toISOString() } as const),
})
const daysOf = (call: Call): CostSummary['byDay'] => {
  const { from, to } = range(call)
  const count = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
  return Array.from({ length: count }, (_, index) => ({
    day: new Date(Date.parse(from) + index * 86_400_000).toISOString().slice(0, 10),
    ...sums(index === 0 ? 3_000_000 : 0, { runs: index === 0 ? 4 : 0 }),
  }))
}

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (path: string, total = sums(3_000_000), answer: FakeServer['intercept'] = () => undefined) => {
  const server = new FakeServer()
  const rows = (call: Call, items: unknown[]) => Response.json({ items, nextCursor: null, ...range(call) })
  server.intercept = (call) => {
    const given = answer(call)
    if (given) return given
    if (call.path === '/cost/summary') return Response.json({ ...range(call), total, byDay: daysOf(call) })
    if (call.path === '/cost/by-agent')
      return rows(call, [
        {
          agentId: anId('agt', 1),
          externalId: 'ledger',
          name: 'Ledger',
          connectorId: anId('con', 1),
          ...sums(2_250_000),
        },
        { agentId: null, externalId: 'gone', name: 'gone', connectorId: anId('con', 1), ...sums(750_000) },
      ])
    if (call.path === '/cost/by-model')
      return rows(call, [
        { model: 'openai/gpt-5', ...sums(3_000_000) },
        { model: null, ...sums(null, { runs: 2, unpricedRuns: 2 }) },
      ])
    if (call.path === '/cost/by-connector')
      return rows(call, [{ connectorId: anId('con', 1), name: 'edge', ...sums(3_000_000) }])
    return undefined
  }
  close = (await openApp(path, server)).close
  return server
}
const text = () => document.querySelector('main')?.textContent ?? ''
const tableOf = (title: string) =>
  [...document.querySelectorAll('table')].find((one) => one.caption?.textContent === title)
const rowsOf = (title: string) =>
  [...(tableOf(title)?.querySelectorAll('tbody tr') ?? [])].map((row) => row.textContent)

describe('the range of the costs', () => {
  const now = Date.parse('2026-11-21T23:30:00.000Z')

  it('is in the address, and thirty days of UTC where it is not', () => {
    expect(rangeOf({}, now)).toEqual({ from: '2026-10-23', to: '2026-11-21' })
    expect(rangeOf({ days: '1' }, now)).toEqual({ from: '2026-11-21', to: '2026-11-21' })
    expect(rangeOf({ days: 'month' }, now)).toEqual({ from: '2026-11-01', to: '2026-11-21' })
    expect(rangeOf({ from: '2026-01-01', to: '2026-01-31' }, now)).toEqual({ from: '2026-01-01', to: '2026-01-31' })
  })

  it('that makes no sense is the usual one', () => {
    for (const search of [
      { days: 'x' },
      { from: '2026-02-01', to: '2026-01-01' },
      { from: 'a', to: 'b' },
      { from: '2026-01-01' },
    ])
      expect(presetOf(search)).toBe('30')
  })
})

describe('the costs', () => {
  it('are told in all, by day, and by whose they were, with their share', async () => {
    const server = await open('/cost?days=7')
    await until(() => ['Cost by day', 'By agent', 'By model', 'By connector'].every((one) => rowsOf(one).length > 0))
    expect(server.callsOf('GET /cost/summary')[0]?.query.get('from')).toBe(rangeOf({ days: '7' }, Date.now()).from)
    expect(text()).toContain('Total cost$3.00')
    expect(rowsOf('Cost by day')).toHaveLength(7)
    expect(rowsOf('Cost by day')[0]).toContain('$3.004')
    expect(rowsOf('By agent')[0]).toBe('Ledger412,000800 out$2.2575%')
    expect(tableOf('By agent')?.querySelectorAll('a')).toHaveLength(1)
    expect(rowsOf('By model')[1]).toBe('Model not told22 without a price12,000800 outNo price')
    expect(text()).toContain('Data as of')
  })

  it('name the runs that have no price, and put no zero for them', async () => {
    await open('/cost', sums(null, { runs: 5, unpricedRuns: 5 }))
    await until(() => text().includes('Total cost'))
    expect(text()).toContain('Total costNo price')
    expect(text()).toContain('5 of 5 runs have no price')
  })

  it('of days of one’s own are asked for by the address, and changed by the fields', async () => {
    const server = await open('/cost?from=2026-11-01&to=2026-11-03')
    await until(() => rowsOf('Cost by day').length === 3 || null)
    const from = await until(() => document.querySelector<HTMLInputElement>('input[type=date]'))
    expect(from.value).toBe('2026-11-01')
    await acting(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(from, '2026-11-02')
      from.dispatchEvent(new Event('input', { bubbles: true }))
    })
    await until(() => rowsOf('Cost by day').length === 2 || null)
    expect(server.callsOf('GET /cost/summary').at(-1)?.query.get('from')).toBe('2026-11-02')
  })

  it('of a range without a run say where costs come from', async () => {
    await open('/cost', sums(0, { runs: 0 }))
    await until(() => text().includes('No run ended in this range'))
    expect(text()).toContain('When a run ends, its gateway says')
  })

  it('that cannot be read say so; one part that cannot leaves the others', async () => {
    await open('/cost', sums(3_000_000), ({ path }) =>
      path === '/cost/by-model' ? problem(500, 'internal') : undefined,
    )
    await until(() => rowsOf('By connector').length > 0)
    const alert = await until(() => document.querySelector('main [role=alert]'))
    expect(alert.textContent).toContain('req-test-1')
    await close()
    await open('/cost', sums(0), ({ path }) => (path === '/cost/summary' ? problem(503, 'unavailable') : undefined))
    await until(() => button('Try again'))
    expect(text()).toContain('The costs could not be read')
  })
})
