import { afterEach, expect, it } from 'vitest'
import type { AgentComparison } from '../../worker/features/agents/explain/api/contract.ts'
import { differenceBetween } from '../../worker/features/agents/explain/difference.ts'
import { explain } from '../../worker/features/agents/explain/explain.ts'
import { situationOf } from '../../worker/features/agents/explain/situation.ts'
import type { Snapshot } from '../../worker/features/snapshots/contract.ts'
import { factsOf } from '../features/agents/explain/facts-of.ts'
import '../../web/features/explainer/compare-page.tsx'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anAgent, away, live } from './support/agents.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

/** Two agents, two gateways or two moments beside each other; what is compared is what the explainer makes. */

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const ledger = anAgent()
const scout = anAgent({
  ...{ id: anId('agt', 2), name: 'Scout', externalId: 'scout' },
  ...{ connectorId: anId('con', 2), connectorName: 'laboratory' },
})
const tools = {
  narrow: { profile: 'coding', deny: ['group:web', 'exce'] },
  wide: { profile: 'coding' },
}
const explained = (entry: object) => {
  const config = { agents: { entries: { main: { tools: entry } } } }
  return explain(factsOf(config), situationOf(config, 'main'))
}
const comparison = (from: object, to: object, freshness = { one: live, other: live }): AgentComparison => {
  const [one, other] = [explained(from), explained(to)]
  return { freshness, one, other, difference: differenceBetween(one, other) }
}
const version = (number: number): Snapshot => ({
  ...{ id: anId('snp', number), agentId: ledger.id, connectorId: ledger.connectorId, scope: 'agent_config' },
  ...{
    version: number,
    cause: 'elsewhere',
    hash: String(number).repeat(64),
    author: null,
    at: `2026-11-21T1${number}:00:00.000Z`,
    changeId: null,
  },
  ...{ approvalId: null, traceId: null, restores: null, risk: null, changes: null },
})

type Worlds = { agents?: Response; versions?: Snapshot[]; compare?: (query: URLSearchParams) => Response }
const open = async (search: string, { agents, versions = [], compare }: Worlds = {}) => {
  const server = new FakeServer()
  server.intercept = ({ path, query }) => {
    const page = (items: unknown[]) => Response.json({ items, nextCursor: null })
    if (path === '/agents') return agents ?? page([ledger, scout])
    if (path === `/agents/${ledger.id}/versions`) return page(versions)
    if (path.endsWith('/effective/difference') || path.endsWith('/effective/moments')) return compare?.(query)
    return undefined
  }
  close = (await openApp(`/explainer/compare${search}`, server)).close
  return server
}

const selects = () => [...document.querySelectorAll('select')]
const options = (select: HTMLSelectElement | undefined) => [...(select?.options ?? [])].map(({ text }) => text)
const choose = (index: number, value: string) =>
  acting(() => {
    const select = selects()[index]
    if (!select) throw new Error(`no list ${index}`)
    select.value = value
    select.dispatchEvent(new Event('change', { bubbles: true }))
  })
const text = () => document.body.textContent ?? ''
const headings = () => [...document.querySelectorAll('section dl')].map((list) => list.parentElement?.textContent ?? '')
/** The rows of the tools: the name, and what stands in the column of each side. */
const rows = () =>
  [...document.querySelectorAll('section > ul > li')].flatMap((row) => {
    const [name, one, other] = [...row.children].map((cell) => cell.textContent ?? '')
    return row.children.length === 3 ? [{ name, one, other }] : []
  })

it('asks for nothing until two agents are chosen, and tells agents of one name apart by their gateway', async () => {
  const compare = () => Response.json(comparison(tools.narrow, tools.wide))
  const server = await open('', { compare })
  await until(() => options(selects()[0]).length > 1)
  expect(text()).toContain('Choose two agents')
  expect(options(selects()[0])).toEqual(['Choose an agent', 'Ledger · edge', 'Scout · laboratory'])
  await choose(0, ledger.id)
  expect(text()).toContain('Choose two agents')
  expect(server.calls.filter(({ path }) => path.includes('/effective/'))).toEqual([])
  await choose(1, scout.id)
  await until(() => rows().length > 0)
  const [asked] = server.callsOf(`GET /agents/${ledger.id}/effective/difference`)
  expect(asked?.query.get('with')).toBe(scout.id)
})

it('lays two agents of two gateways side by side, with what one alone has and what withholds it from the other', async () => {
  await open(`?one=${ledger.id}&other=${scout.id}`, {
    compare: () => Response.json(comparison(tools.narrow, tools.wide)),
  })
  await until(() => rows().length > 0)
  const [one, other] = headings()
  expect([one, other]).toEqual([expect.stringMatching(/^Ledger.*coding/), expect.stringMatching(/^Scout.*coding/)])
  const { gained, lost } = comparison(tools.narrow, tools.wide).difference
  expect(gained.map(({ name }) => name)).toContain('web_search')
  expect(lost).toEqual([])
  expect(rows().map(({ name }) => name)).toEqual(expect.arrayContaining(gained.map(({ name }) => name)))
  expect(rows().find(({ name }) => name === 'web_search')?.one).toContain('Withheld')
  expect(rows().find(({ name }) => name === 'web_search')?.other).not.toContain('Withheld')
  expect(text()).toContain(`Only Scout: ${gained.length}`)
  expect(text()).toContain('Only Ledger: 0')
  expect(text()).toContain('Findings of Ledger alone')
  expect(text()).not.toContain('Findings of Scout alone')
  expect(text()).toContain('“exce” matches no tool.')
})

it('shows the tools that both have in the same way when it is told to', async () => {
  await open(`?one=${ledger.id}&other=${scout.id}`, {
    compare: () => Response.json(comparison(tools.narrow, tools.wide)),
  })
  await until(() => rows().length > 0)
  expect(rows().map(({ name }) => name)).not.toContain('read')
  await click(document.querySelector('input[type=checkbox]'))
  const read = await until(() => rows().find(({ name }) => name === 'read'))
  expect(read.one).toBe(read.other)
  expect(rows()).toHaveLength(explained(tools.wide).tools.length)
})

it('turns the sides around', async () => {
  const server = await open(`?one=${ledger.id}&other=${scout.id}`, {
    compare: () => Response.json(comparison(tools.narrow, tools.wide)),
  })
  await until(() => rows().length > 0)
  await click(document.querySelector('button[aria-label="Swap"]'))
  await until(() => server.callsOf(`GET /agents/${scout.id}/effective/difference`).length > 0)
  expect(server.callsOf(`GET /agents/${scout.id}/effective/difference`)[0]?.query.get('with')).toBe(ledger.id)
  expect(selects().map(({ value }) => value)).toEqual([scout.id, ledger.id])
})

it('says that nothing differs, and which of the two gateways is away', async () => {
  await open(`?one=${ledger.id}&other=${scout.id}`, {
    compare: () => Response.json(comparison(tools.wide, tools.wide, { one: live, other: away })),
  })
  await until(() => text().includes('No difference'))
  expect(text()).toContain('No tool differs')
  expect(text()).toContain('The gateway of Scout is away')
  expect(text()).not.toContain('The gateway of Ledger is away')
  expect(rows()).toEqual([])
})

it('compares one agent at two moments: the version before the newest and now, or those that are chosen', async () => {
  const server = await open(`?one=${ledger.id}&other=${ledger.id}`, {
    versions: [version(3), version(2), version(1)],
    compare: () => Response.json(comparison(tools.wide, tools.narrow)),
  })
  const path = `GET /agents/${ledger.id}/effective/moments`
  await until(() => rows().length > 0)
  expect(Object.fromEntries(server.callsOf(path)[0]?.query ?? [])).toEqual({ from: '2', to: 'live' })
  expect(headings()[0]).toMatch(/^Version 2 · /)
  expect(headings()[1]).toMatch(/^Now/)
  // A change of one agent: lost, and not what another one alone has.
  expect(text()).toContain(`${comparison(tools.wide, tools.narrow).difference.lost.length} lost`)
  expect(options(selects()[2])).toEqual([
    'Now',
    ...[3, 2, 1].map((number) => expect.stringMatching(`^Version ${number} · `)),
  ])
  await choose(2, '1')
  await choose(3, '3')
  await until(() => server.callsOf(path).some(({ query }) => query.get('from') === '1' && query.get('to') === '3'))
  await until(() => headings()[1]?.startsWith('Version 3'))
})

it('says of an agent without a kept version that there is no other moment', async () => {
  const server = await open(`?one=${ledger.id}&other=${ledger.id}`)
  await until(() => text().includes('No version of this agent’s configuration has been kept yet.'))
  expect(server.calls.filter(({ path }) => path.includes('/effective/'))).toEqual([])
})

it('says what failed, and tries again when it is told to', async () => {
  let failures = 0
  await open(`?one=${ledger.id}&other=${scout.id}`, {
    compare: () =>
      failures++ === 0 ? problem(503, 'unavailable') : Response.json(comparison(tools.narrow, tools.wide)),
  })
  await until(() => text().includes('They could not be compared'))
  await click(() => button('Try again'))
  await until(() => rows().length > 0)
})

it('says that the agents could not be read', async () => {
  await open('', { agents: problem(503, 'unavailable') })
  await until(() => button('Try again'))
  expect(text()).not.toContain('Choose two agents')
})
