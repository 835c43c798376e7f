import { afterEach, expect, it } from 'vitest'
import type { Agent } from '../../worker/features/agents/contract.ts'
import '../../web/features/activity/activity-page.tsx'
import '../../web/features/audit/table/audit-page.tsx'
import '../../web/features/explainer/compare-page.tsx'
import '../../web/features/connectors/connectors-page.tsx'
import '../../web/features/cron/cron-page.tsx'
import '../../web/shell/palette.tsx'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { aConnector, anAgent } from './support/agents.ts'
import { anId, aTracedEntry } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

/** With more agents than a page holds each of them can be found, wherever an agent is chosen. */

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const agents = Array.from({ length: 430 }, (_, n) => {
  const name = n < 425 ? `main` : `Scout ${n}`
  return anAgent({ id: anId('agt', n + 1), externalId: name.toLowerCase(), name, connectorName: `gateway ${n}` })
})
const nth = (n: number): Agent => agents[n] ?? anAgent()

/** Of agents that no first page holds, each told of twice, and of one that nobody has any more. */
const events = Array.from({ length: 60 }, (_, n) =>
  aTracedEntry(n + 1, {
    agentId: n === 59 ? anId('agt', 9_999) : nth(400 + (n % 29)).id,
    payload: { runId: `r${n}`, sessionKey: 's' },
  }),
)

/** Lists as the server does: by a part of the name, in pages. */
const open = async (path: string) => {
  const server = new FakeServer()
  server.intercept = ({ path, query }) => {
    const page = (all: readonly unknown[]) => {
      const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 50)]
      const end = from + limit
      return Response.json({ items: all.slice(from, end), nextCursor: end < all.length ? String(end) : null })
    }
    const part = (query.get('query') ?? '').toLowerCase()
    const ids = query.get('ids')?.split(',')
    const isAsked = ({ id, name }: Agent) => ids?.includes(id) ?? name.toLowerCase().includes(part)
    if (path === '/agents') return page(agents.filter(isAsked))
    if (path === '/audit/events' || path === '/audit/search')
      return Response.json({ items: events, nextCursor: null, archivedBefore: null })
    if (path === '/connectors')
      return page(Array.from({ length: 203 }, (_, n) => aConnector({ id: anId('con', n + 1), name: `gateway ${n}` })))
    const one = agents.find(({ id }) => path === `/agents/${id}`)
    return one && Response.json(one)
  }
  close = (await openApp(path, server)).close
  return server
}

const select = (n: number) => {
  const found = document.querySelectorAll('select')[n]
  if (!found) throw new Error(`no list ${n}`)
  return found
}
const last = (n: number) => select(n).options[select(n).options.length - 1]
const takeLast = (list: HTMLSelectElement) =>
  acting(() => {
    list.selectedIndex = list.options.length - 1
    list.dispatchEvent(new Event('change', { bubbles: true }))
  })
const type = (element: HTMLInputElement | null, value: string) =>
  acting(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(element, value)
    element?.dispatchEvent(new Event('input', { bubbles: true }))
  })
const dialog = () => document.querySelector('[role=dialog]')
const rows = () => [...(dialog()?.querySelectorAll('label') ?? [])]
const row = (words: string) => () =>
  rows()
    .find((one) => one.textContent === words)
    ?.querySelector('input')
const shown = (n: number) => select(n).selectedOptions[0]?.text

it('an agent that is none of the first is found by its name, and stays named when the page is opened again', async () => {
  const server = await open('/explainer/compare')
  await until(() => select(0).options.length > 100)
  expect([...select(0).options].map(({ text }) => text)).not.toContain('Scout 429 · gateway 429')
  expect(last(0)?.text).toBe('Find another agent …')
  await takeLast(select(0))
  expect(server.calls.some(({ path }) => path.includes('/effective'))).toBe(false)
  await type(dialog()?.querySelector('input[type=search]') ?? null, 'scout 429')
  expect(button('Choose')?.matches(':disabled')).toBe(true)
  await click(row('Scout 429gateway 429'))
  expect(shown(0)).toBe('Choose an agent')
  await click(() => button('Choose'))
  await until(() => dialog() === null && shown(0) === 'Scout 429 · gateway 429')
  await close()
  await open(`/explainer/compare?one=${nth(429).id}&other=${nth(428).id}`)
  await until(() => shown(0) === 'Scout 429 · gateway 429' && shown(1) === 'Scout 428 · gateway 428')
})

it('of many agents with one name all can be reached, page by page', async () => {
  await open('/explainer/compare')
  await until(() => select(1).options.length > 100)
  await takeLast(select(1))
  await type(dialog()?.querySelector('input[type=search]') ?? null, 'main')
  await until(() => rows().length === 100 && rows().every((one) => one.textContent?.startsWith('main')))
  for (const many of [200, 300, 400, 425]) {
    await click(() => button('Load more'))
    await until(() => rows().length === many)
  }
  await click(row('maingateway 424'))
  await click(() => button('Choose'))
  await until(() => shown(1) === 'main · gateway 424')
})

it('what is chosen stays in sight, whatever is typed afterwards', async () => {
  await open(`/explainer/compare?one=${nth(427).id}`)
  await until(() => select(0).options.length > 100)
  await takeLast(select(0))
  const chosen = () => rows().filter((one) => one.querySelector('input')?.checked)[0]?.textContent
  await until(() => chosen() === 'Scout 427gateway 427')
  await type(dialog()?.querySelector('input[type=search]') ?? null, 'scout 429')
  await click(row('Scout 429gateway 429'))
  await type(dialog()?.querySelector('input[type=search]') ?? null, 'nobody is called so')
  await until(() => dialog()?.textContent?.includes('No agent matches') && rows().length === 1)
  expect(chosen()).toBe('Scout 429gateway 429')
  await click(() => button('Choose'))
  await until(() => shown(0) === 'Scout 429 · gateway 429')
})

it('choosing one for a new job sends nothing yet, and only agents that are there are asked for', async () => {
  const server = await open('/cron')
  await click(() => button('New job'))
  const agent = () => dialog()?.querySelector('select')
  const ready = () => [agent()].find((list) => list && list.options.length > 100)
  await takeLast(await until(ready))
  const search = () => document.querySelector<HTMLInputElement>('[role=dialog] input[type=search]')
  await until(search)
  await type(search(), 'scout 426')
  const one = () => [...document.querySelectorAll('label')].find((each) => each.textContent === 'Scout 426gateway 426')
  await click(() => one()?.querySelector('input'))
  await click(() => button('Choose'))
  await until(() => search() === null && agent()?.selectedOptions[0]?.text === 'Scout 426 · gateway 426')
  expect(server.calls.filter(({ method }) => method !== 'GET')).toEqual([])
  expect(dialog()?.querySelector('[role=alert]')).toBeNull()
  const asked = server.callsOf('GET /agents').filter(({ query }) => query.get('query') === 'scout 426')
  expect(asked.map(({ query }) => query.get('state'))).toEqual(['active'])
})

it('the palette finds them too, by what is typed', async () => {
  await open('/explainer/compare')
  await until(() => select(0).options.length > 100)
  await acting(() => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))
  })
  const input = await until(() => document.querySelector<HTMLInputElement>('[cmdk-input]'))
  const items = () => [...document.querySelectorAll('[cmdk-item]')].map((one) => one.textContent)
  expect(items()).not.toContain('Scout 427')
  await type(input, 'scout 427')
  await until(() => items().includes('Scout 427'))
  await press('Escape')
})

it('connectors are listed over all pages', async () => {
  await open('/connectors')
  await until(() => document.body.textContent?.includes('gateway 202'))
})

it.each(['/activity', '/audit'])(
  'rows of %s name every agent, wherever it stands, and one request asks for all',
  async (path) => {
    const server = await open(path)
    await until(() => document.body.textContent?.includes('Scout 427'))
    expect(document.body.textContent).not.toContain(nth(428).id)
    const asked = server.callsOf('GET /agents').flatMap(({ query }) => query.get('ids') ?? [])
    expect(asked.map((ids) => ids.split(',').length)).toEqual([30])
  },
)
