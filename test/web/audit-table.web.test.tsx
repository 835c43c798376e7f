import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/audit/event/event-page.tsx'
import '../../web/features/audit/table/audit-page.tsx'
import { turnSingleKeys } from '../../web/features/approvals/keys.ts'
import { addressOf, dayOf, filterOf } from '../../web/features/audit/table/filter.ts'
import type { TracedEntry } from '../../worker/features/audit/contract.ts'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anEntry, anId, aTracedEntry } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

describe('the filters of an address', () => {
  it('are those of the API, a range of days with its last day', () => {
    const { filter, unreadable } = filterOf({
      q: 'rm',
      agent: anId('agt', 1),
      type: 'approval.',
      risk: 'high,critical',
      from: '2026-11-20',
      to: '2026-11-20',
    })
    expect(unreadable).toEqual([])
    expect(filter).toEqual({
      keyword: 'rm',
      agentId: anId('agt', 1),
      type: 'approval.',
      risk: 'high,critical',
      from: new Date(2026, 10, 20).toISOString(),
      to: new Date(2026, 10, 21).toISOString(),
    })
    expect(dayOf(new Date(filter.from ?? ''))).toBe('2026-11-20')
  })

  it('come back from a filter as the same address, days as days', () => {
    const addresses = [
      { q: 'rm', agent: anId('agt', 1), risk: 'high,critical', from: '2026-11-20', to: '2026-11-20' },
      { actor: anId('usr', 1), target: 'x', trace: 'abc', type: 'approval.', from: '2026-11-20T03:04:05.000Z' },
    ]
    for (const address of addresses) expect(addressOf(filterOf(address).filter)).toEqual(address)
  })

  it('leave out and name what cannot be read, and a range that ends before it begins', () => {
    expect(filterOf({ risk: 'purple', q: '!!', trace: 'abc' })).toEqual({
      filter: { traceId: 'abc' },
      unreadable: ['q', 'risk'],
    })
    expect(filterOf({ from: '2026-02-31', agent: '../x' }).unreadable).toEqual(['agent', 'from'])
    const backwards = filterOf({ from: '2026-11-20', to: '2026-11-19' })
    expect(backwards.unreadable).toEqual(['to'])
    expect(backwards.filter.to).toBeUndefined()
  })
})

describe('the table', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
    turnSingleKeys(true)
  })

  /** A server with `total` events, newest first, in pages as long as it is asked for. */
  const open = async (path: string, { total = 3, role = 'owner' as FakeServer['role'], isExact = true } = {}) => {
    const server = new FakeServer()
    server.role = role
    server.intercept = ({ path: asked, query }) => {
      if (asked === '/audit/events/count') return Response.json({ count: isExact ? total : 48_123, isExact })
      if (asked !== '/audit/events') return undefined
      const from = Number(query.get('cursor') ?? total)
      const limit = Number(query.get('limit'))
      const items: TracedEntry[] = []
      for (let seq = from; seq > Math.max(0, from - limit); seq -= 1) items.push(aTracedEntry(seq))
      return Response.json({ items, nextCursor: from > limit ? String(from - limit) : null, archivedBefore: null })
    }
    close = (await openApp(path, server)).close
    return server
  }
  const links = () => [...document.querySelectorAll<HTMLAnchorElement>('ol[aria-label=Audit] a')]
  const rows = () => until(() => (links().length > 0 ? links() : null))
  const asked = (server: FakeServer) =>
    server.callsOf('GET /audit/events').map(({ query }) => Object.fromEntries(query))

  it('asks for what the address names, and shows it as chips that can be taken away', async () => {
    const server = await open('/audit?q=rm&risk=critical&order=oldest')
    await rows()
    expect(asked(server)[0]).toEqual({ keyword: 'rm', risk: 'critical', order: 'oldest', limit: '200' })
    const chips = () => [...document.querySelectorAll('ul[aria-label="Filters in use"] button')]
    expect(chips().map((chip) => chip.textContent)).toEqual(['WordsrmRemove', 'RiskCriticalRemove', 'Clear filters'])
    await click(() => chips()[1])
    await until(() => asked(server).some(({ risk, keyword }) => risk === undefined && keyword === 'rm'))
    expect(chips()).toHaveLength(1)
  })

  it('puts a chosen filter into the question', async () => {
    const server = await open('/audit')
    await rows()
    const risk = document.querySelector<HTMLSelectElement>('select[aria-label=Risk]')
    await acting(() => {
      if (!risk) return
      risk.value = 'high,critical'
      risk.dispatchEvent(new Event('change', { bubbles: true }))
    })
    await until(() => asked(server).some((query) => query.risk === 'high,critical'))
    expect(document.body.textContent).toContain('High and above')
  })

  it('says which filters of the address it cannot read', async () => {
    const server = await open('/audit?risk=purple&q=rm')
    await rows()
    expect(asked(server)[0]).toEqual({ keyword: 'rm', order: 'newest', limit: '200' })
    expect(document.body.textContent).toContain('the address does not say it clearly: Risk')
  })

  it('has as many rows in the page as fit, however many are loaded, and loads on at the end', async () => {
    const server = await open('/audit', { total: 1_000 })
    await rows()
    const scroller = document.querySelector('[data-scroll-restoration-id=audit]')
    for (const pages of [2, 3, 4, 5]) {
      if (scroller) scroller.scrollTop = 34 * 200 * (pages - 1)
      await acting(() => scroller?.dispatchEvent(new Event('scroll')))
      await until(() => asked(server).length >= pages)
    }
    await until(() => document.body.textContent?.includes('1,000 loaded'))
    expect(links().length).toBeLessThan(60)
    expect(new Set(asked(server).map(({ cursor }) => cursor)).size).toBe(5)
  })

  it('is walked through with J and K, and not when single keys are off', async () => {
    await open('/audit')
    await rows()
    const focused = () => document.activeElement?.getAttribute('href')
    await press('j')
    await press('j')
    await until(() => focused() === '/audit/2')
    await press('k')
    await until(() => focused() === '/audit/3')
    await press('/')
    await until(() => document.activeElement?.matches('input[type=search]'))
    await acting(() => {
      document.querySelector<HTMLElement>('input[type=search]')?.blur()
      turnSingleKeys(false)
    })
    await press('/')
    expect(document.activeElement?.matches('input[type=search]')).toBe(false)
  })

  it('opens the event of a row', async () => {
    const server = await open('/audit?risk=high')
    const [first] = await rows()
    await click(first)
    await until(() => document.querySelector('h1')?.textContent === 'Event #3')
    expect(server.callsOf('GET /audit/events/3')).toHaveLength(1)
  })

  it('tells of new events that match and does not move the rows, until it is asked to', async () => {
    const server = await open('/audit?risk=high')
    await rows()
    await until(() => server.openStreams === 1)
    await acting(() => server.tell(anEntry(11, { risk: 'high' }), anEntry(12, { risk: 'low' })))
    const bar = await until(() => button('1 new event'))
    expect(links()[0]?.getAttribute('href')).toBe('/audit/3')
    const before = asked(server).length
    await click(bar)
    await until(() => asked(server).length === before + 1)
  })

  it('counts exactly, or says that it estimates', async () => {
    await open('/audit', { isExact: false })
    await until(() => document.body.textContent?.includes('about 48,000 events'))
  })

  it('says why somebody without the right sees nothing, and asks for nothing', async () => {
    const server = await open('/audit', { role: 'viewer' })
    await until(() => document.body.textContent?.includes('Your role does not read the audit log'))
    expect(asked(server)).toEqual([])
    expect(document.querySelector('nav a[href="/audit"]')).toBe(null)
  })
})
