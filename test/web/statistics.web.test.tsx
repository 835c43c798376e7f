import { afterEach, describe, expect, it } from 'vitest'
import type { ApprovalStatistics, Delivery } from '../../worker/features/approvals/statistics/contract.ts'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const none = { count: 0, p50Ms: null, p90Ms: null, p99Ms: null }
const statistics: ApprovalStatistics = {
  from: '2026-10-22T10:00:00.000Z',
  to: '2026-11-21T10:00:00.000Z',
  total: 200,
  byOutcome: {
    ...{ allowedByPerson: 50, refusedByPerson: 10, allowedByRule: 100, refusedByRule: 5, allowedByGrant: 20 },
    ...{ atGateway: 1, expired: 8, undeliverable: 2, pending: 4 },
  },
  delivery: {
    toShown: none,
    toDecided: { count: 60, p50Ms: 31_000, p90Ms: 61_000, p99Ms: 3_600_000 },
    toEffective: none,
  },
  people: [{ userId: anId('usr', 1), name: 'Lin', shown: 90, decided: 60, allowed: 45, medianMs: 31_000 }],
  proposals: [
    {
      ...{ pattern: 'git push', agentId: anId('agt', 1), agentName: 'Ledger', asked: 12, allowed: 12 },
      example: { approvalId: anId('apr', 7), command: 'git push origin main', risk: 'medium' },
    },
  ],
}
const proposal = {
  label: 'exact',
  pattern: {
    ...{ source: 'openclaw.exec', action: 'exec', agentId: null, connectorId: null, command: null, cwd: null },
    ...{ words: { words: [{ exact: 'git' }, { exact: 'push' }], more: true }, arguments: null, riskMax: 'medium' },
  },
  coverage: {
    ...{ from: statistics.from, to: statistics.to, scanned: 200, covered: 13, allowed: 12, refused: 1, undecided: 0 },
    ...{ byRisk: { low: 0, medium: 13, high: 0, critical: 0 }, sample: [] },
  },
  gatewayOffers: false,
}

const aDelivery = (number: number, given: Partial<Delivery> = {}): Delivery => ({
  ...{ approvalId: anId('apr', number), source: 'openclaw.exec', command: `make ${number}`, title: null },
  ...{ agentName: 'Ledger', state: 'confirmed', stateReason: null, requestedAt: '2026-11-21T10:00:00.000Z' },
  ...{ shownMs: 900, decidedMs: 31_000, effectiveMs: 31_400 },
  ...given,
})

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (path: string, intercept: FakeServer['intercept']) => {
  const server = new FakeServer()
  server.intercept = intercept
  close = (await openApp(path, server)).close
  return server
}
const text = () => document.querySelector('main')?.textContent ?? ''

describe('the statistics', () => {
  it('count who was asked, who was spared, and what share was allowed', async () => {
    await open('/approvals/statistics', ({ path }) =>
      path === '/approvals/statistics' ? Response.json(statistics) : undefined,
    )
    await until(() => text().includes('200requests'))
    expect(text()).toContain('Allowed by a rule10050.0%')
    const rows = [...document.querySelectorAll('table tr')].map((row) => row.textContent)
    expect(rows).toContain('Lin906075%31s')
    expect(rows).toContain('decided31s1m 1s1h 0m60')
    expect(rows).toContain('on a screennonenonenone0')
  })

  it('propose what could stand in place of asking, with what it would have covered, refusals said aloud', async () => {
    await open('/approvals/statistics', ({ path }) => {
      if (path === '/approvals/statistics') return Response.json(statistics)
      return path === `/approvals/${anId('apr', 7)}/grant-proposals` ? Response.json({ items: [proposal] }) : undefined
    })
    await until(() => button('What could stand in its place'))
    await click(() => button('What could stand in its place'))
    const dialog = await until(() => document.querySelector('[role=dialog] h3')?.closest('[role=dialog]'))
    expect(dialog.textContent).toContain('13 of 200 requests covered')
    expect(dialog.textContent).toContain('1 refused by people')
    const link = [...dialog.querySelectorAll('a')].find((one) => one.textContent === 'Make a rule of it')
    expect(new URL(link?.href ?? '', 'http://localhost').searchParams.get('condition')).toContain(
      'argv.startsWith(["git", "push"])',
    )
  })

  it('that cannot be read say so, with the request id and a way to try again', async () => {
    await open('/approvals/statistics', ({ path }) =>
      path === '/approvals/statistics' ? problem(500, 'internal') : undefined,
    )
    const alert = await until(() => document.querySelector('[role=alert]'))
    expect(alert.textContent).toContain('req-test-1')
    expect(button('Try again')).toBeDefined()
  })
})

describe('the list of deliveries', () => {
  const pages = ({ path, query }: { path: string; query: URLSearchParams }) => {
    if (path !== '/approvals/deliveries') return undefined
    if (query.get('state') === 'expired')
      return Response.json({
        items: [aDelivery(3, { state: 'expired', stateReason: 'deadline_passed', decidedMs: null, effectiveMs: null })],
        nextCursor: null,
      })
    return query.get('cursor') === 'two'
      ? Response.json({ items: [aDelivery(2)], nextCursor: null })
      : Response.json({ items: [aDelivery(1)], nextCursor: 'two' })
  }

  it('goes on behind the last one as long as there are more', async () => {
    await open('/approvals/delivery', pages)
    await until(() => text().includes('make 1'))
    expect(text()).toContain('Shown 900msDecided 31sIn effect 31.4s')
    await click(() => button('Load older'))
    await until(() => text().includes('make 2'))
    expect(button('Load older')).toBeUndefined()
  })

  it('of one state says why, and what never happened', async () => {
    await open('/approvals/delivery?state=expired', pages)
    await until(() => text().includes('make 3'))
    expect(text()).toContain('The time to decide ran out.')
    expect(text()).toContain('Decided neverIn effect never')
  })
})
