import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/agents/agent-page.tsx'
import '../../web/features/health/agent-health-tab.tsx'
import type { AgentHealth, HealthCause } from '../../worker/features/health/contract.ts'
import { healthCauses } from '../../worker/features/health/contract.ts'
import './support/loaded-pages.ts'
import { AgentAtGateway } from './support/agents.ts'
import { anEntry, anId } from './support/build.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const page = (items: AgentHealth['history']['items']) => ({ items, nextCursor: null })
const figures = { windowMinutes: 60, runs: 8, failed: 0, medianMs: 2_000, usualMs: null }
const healthy: AgentHealth = {
  ...{ state: 'healthy', causes: [], since: null, isFlapping: false, history: page([]), figures },
}
const errors: HealthCause = { cause: 'errors', failed: 4, runs: 8, windowMinutes: 60 }
const offline: HealthCause = { cause: 'connector_offline', lastSeenAt: minutesAgo(1) }

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (health: AgentHealth) => {
  const world = new AgentAtGateway()
  const state = { health, fails: false }
  const { intercept } = world.server
  world.server.intercept = (call) => {
    if (call.path !== `/agents/${world.agent.id}/health`) return intercept(call)
    return state.fails ? problem(503, 'unavailable') : Response.json(state.health)
  }
  const show = async () => {
    close = (await openApp(`/agents/${world.agent.id}/health`, world.server)).close
  }
  return { ...world, state, server: world.server, show }
}
const text = () => document.body.textContent ?? ''
const says = (words: string) => until(() => text().includes(words))
const history = () => [...document.querySelectorAll('ol[aria-label=History] li')].map(({ textContent }) => textContent)

describe('the health of an agent', () => {
  it('says each cause with its figures and what to do, since when, and by what it was judged', async () => {
    const since = minutesAgo(90)
    const changes = [
      { at: since, state: 'degraded' as const, causes: [errors], isFlapping: false, of: 'agent' as const },
      {
        at: minutesAgo(3 * 1_440),
        state: 'offline' as const,
        causes: [offline],
        isFlapping: false,
        of: 'connector' as const,
      },
    ]
    const world = await open({
      ...{ state: 'degraded', causes: [errors], since, isFlapping: true, history: page(changes) },
      figures: { ...figures, failed: 4 },
    })
    await world.show()
    await says('4 of 8 runs failed in the last 60 minutes')
    for (const words of [
      'See the errors of the failed runs',
      'It keeps changing',
      '4 · 50%',
      'too few runs',
      'Aborted runs',
    ])
      expect(text()).toContain(words)
    expect(history()).toEqual([expect.stringContaining('the agent itself')])
    await click(button('7 days'))
    await until(() => history().length === 2)
    expect(history()[1]).toContain('with its connector')
  })

  it('becomes offline on the screen when that is told, without anybody asking', async () => {
    const world = await open(healthy)
    await world.show()
    await says('Nothing speaks against it.')
    await says('Nothing changed in this time.')
    world.state.health = { ...healthy, state: 'offline', causes: [offline], since: minutesAgo(0), figures: null }
    await until(() => world.server.openStreams > 0)
    world.server.tell(
      anEntry(11, { type: 'connector.offline', agentId: null, connectorId: anId('con', 1), payload: {} }),
    )
    await says('The connector is offline; it was last heard')
    expect(text()).toContain('The connector is gone; there are no figures.')
  })

  it('that cannot be read says so, and is read again when it is told to', async () => {
    const world = await open(healthy)
    world.state.fails = true
    await world.show()
    await says('The health could not be read')
    world.state.fails = false
    await click(button('Try again'))
    await says('Nothing speaks against it.')
  })

  it('has a sentence and a remedy for every cause', async () => {
    const causes: HealthCause[] = [
      errors,
      { cause: 'slow', medianMs: 90_000, usualMs: 3_000, runs: 6, windowMinutes: 60 },
      { cause: 'failing_cron', jobs: [{ name: 'digest', failures: 5 }] },
      { cause: 'budget', budgets: [{ id: anId('bud', 1), name: 'team', spentMicroUsd: 9, allowedMicroUsd: 10 }] },
      { cause: 'stale', heardAt: minutesAgo(20) },
      { cause: 'config_invalid', issues: [{ path: 'agents.entries', message: 'is no object' }] },
      { cause: 'restart_loop', restarts: 5, windowMinutes: 10 },
      { cause: 'gateway_away', detail: 'refused' },
      offline,
      { cause: 'connector_paused' },
      { cause: 'never_connected' },
      { cause: 'removed' },
    ]
    expect(causes.map(({ cause }) => cause)).toEqual([...healthCauses])
    const world = await open({ ...healthy, state: 'offline', causes, since: minutesAgo(1) })
    await world.show()
    await says('again and again: digest ×5')
    expect(text()).not.toMatch(/health\.(cause|help)\./)
    for (const words of ['team', 'agents.entries: is no object', '5 times within 10 minutes', 'refused'])
      expect(text()).toContain(words)
  })
})
