import { afterEach, describe, expect, it } from 'vitest'
import { toolPolicyThen } from '../../worker/features/agents/explain/index.ts'
import { DashboardOverview } from '../../worker/features/dashboard/contract.ts'
import { AgentStateAt, DriftedAgent } from '../../worker/features/snapshots/contract.ts'
import '../../web/features/agents/agent-page.tsx'
import '../../web/features/dashboard/dashboard-page.tsx'
import '../../web/features/snapshots/history/agent-history-tab.tsx'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { VersionsServer } from './support/snapshots.ts'
import { until } from './support/until.ts'

const at = '2026-11-21T10:00:00.000Z'
const agentId = anId('agt', 1)
const text = () => document.body.textContent ?? ''
const says = (words: string) => until(() => text().includes(words))

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})

describe('the state at a moment', () => {
  const open = async (shared: Record<string, unknown> | null) => {
    const server = new VersionsServer({ name: 'Ledger' })
    const [version] = server.versions
    const config = { ...shared, agents: { entries: { ledger: { tools: { deny: ['exec'] } } } } }
    const state = AgentStateAt.parse({
      ...{ at, config: version, bindings: null, files: null, dependencies: null, rulesVersion: 0, budgets: [] },
      gateway: shared && { ...version, scope: 'gateway_config', agentId: null, content: shared },
      toolPolicy: shared && toolPolicyThen(config, 'ledger', []),
    })
    const route = server.intercept
    server.intercept = (call) => (call.path.endsWith('/state-at') ? Response.json(state) : route(call))
    close = (await openApp(`/agents/${agentId}/history?at=${at}`, server)).close
  }
  const withheld = () => [...document.querySelectorAll('[aria-label="Tools that were withheld"] li')]

  it('names each tool that was withheld with its rule, and narrows them to one step', async () => {
    await open({ tools: { deny: ['read'] } })
    await says('Withheld: ')
    const said = () => withheld().map((row) => row.querySelector('code')?.textContent)
    expect(said()).toEqual(expect.arrayContaining(['read', 'exec']))
    expect(withheld().find((row) => row.textContent?.startsWith('exec'))?.textContent).toContain(
      'agents.entries.ledger.tools.deny',
    )
    await click(button('Global: 1 stopped'))
    await until(() => said().length === 1)
    expect(said()).toEqual(['read'])
  })

  it('says so when what all agents share had not been seen', async () => {
    await open(null)
    await says('nobody can say which tools it was allowed')
    expect(withheld()).toEqual([])
  })
})

describe('the overview', () => {
  const overview = DashboardOverview.parse({
    approvals: { pending: 0, expiringSoon: 0, urgent: [], decided24h: 0, rejected24h: 0, medianDecisionMs: null },
    agents: { active: 1, running: 0, waiting: 0, unknown: 0 },
    connectors: { total: 1, online: 1, attention: [] },
    health: { healthy: 1, degraded: 0, offline: 0, causes: [], degradedAgents: [] },
    activity: { events: Array(24).fill(0), risky: Array(24).fill(0) },
    ...{ risky: [], sequence: 1 },
  })
  const open = async (...drifted: DriftedAgent[]) => {
    const server = new FakeServer()
    server.intercept = ({ path }) => {
      if (path === '/dashboard/overview') return Response.json(overview)
      return path === '/drift' ? Response.json({ items: drifted, nextCursor: null }) : undefined
    }
    close = (await openApp('/', server)).close
  }

  it('tells under what needs somebody which agents were changed at their gateway, and leads there', async () => {
    await open(
      DriftedAgent.parse({
        ...{ agentId, agentName: 'Ledger', connectorId: anId('con', 1), scope: 'bindings', trusted: 3, newest: 5 },
        ...{ since: at, at, changes: 2, categories: ['bindings'], risk: 'high' },
      }),
    )
    await says('bindings changed at the gateway: 2 changes')
    const link = document.querySelector('a[aria-label="Ledger"]')?.getAttribute('href')
    expect(link).toContain(`/agents/${agentId}/history`)
    expect(link).toMatch(/scope=bindings.*from=.*3.*to=.*5/)
  })

  it('has nothing to tell while nobody changed anything', async () => {
    await open()
    await says('Nothing needs you now.')
  })
})
