import { env, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { showAgent } from '../../../worker/features/agents/index.ts'
import { listAgents } from '../../../worker/features/agents/list.ts'
import { pauseConnector } from '../../../worker/features/connectors/change.ts'
import { silenceMaxMs } from '../../../worker/features/connectors/link/contract.ts'
import { showConnector } from '../../../worker/features/connectors/list.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import { AgentHealth, ConnectorHealth } from '../../../worker/features/health/contract.ts'
import { healthAtAGlance, sweepHealthChanges, tellAgentsHealth } from '../../../worker/features/health/index.ts'
import { showAgentHealth, showConnectorHealth } from '../../../worker/features/health/show.ts'
import { backgroundContext } from '../../../worker/platform/context.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aCronGateway, aCronJob } from '../../support/cron-gateway.ts'
import { aGatewayAgent, aRoster, gatewayRestarted, runEnded, unique } from '../../support/gateway-events.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const minute = 60_000
const page = { limit: 50 }

const aWorld = async (...names: string[]) => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token)
  link.onCommand = ({ id }) => link.answer(id, 'gateway_refused')
  await link.report(aRoster(...(names.length > 0 ? names : ['main']).map((name) => aGatewayAgent(name))))
  const { items } = await listAgents(owner.ctx, { limit: 50, sort: 'name' })
  const idOf = (name: string) => items.find(({ externalId }) => externalId === name)?.id ?? ''
  return { ...owner, connector, link, idOf, main: idOf('main') }
}
type World = Awaited<ReturnType<typeof aWorld>>

const later = (ms: number) => {
  const to = Date.now() + ms
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(to)
}
const gateway = (connected: boolean) => ({ kind: 'gateway', connected, version: null, bootId: null, detail: 'gone' })

/** Time goes by while the connector lives: in steps that are shorter than a silence. */
const pass = async ({ link, connector }: Pick<World, 'link' | 'connector'>, ms: number, connected = true) => {
  for (let left = ms; left > 0; left -= 20_000) {
    later(Math.min(left, 20_000))
    link.send(gateway(connected))
    await link.report(aRunOf('nobody'))
    await runDurableObjectAlarm(connector.session)
  }
}
const aRunOf = (agent: string, outcome: 'ok' | 'error' | 'aborted' = 'ok', durationMs = 5) => {
  const event = runEnded(agent, unique('run'))
  return { ...event, payload: { ...event.payload, outcome, durationMs } }
}
const configChanged = () => ({
  key: unique('config'),
  at: new Date().toISOString(),
  type: 'gateway.config-changed' as const,
  payload: { paths: ['agents'], hash: null },
})
const runs = (count: number, ...facts: Parameters<typeof aRunOf>) =>
  Array.from({ length: count }, () => aRunOf(...facts))

/** The log holds; answers what it says of health. */
const toldOf = async ({ organizationId }: World) =>
  (await checkAuditLog(organizationId))
    .filter(({ type }) => type.endsWith('.health-changed'))
    .map(({ type, payload, target }) => ({ type, target, ...payload }))

afterEach(() => {
  vi.useRealTimers()
})

describe('an agent', () => {
  test('whose runs fail is degraded once that held, told once, and well again once that held', async () => {
    const world = await aWorld('main', 'other')
    await world.link.report(...runs(3, 'main', 'error'), ...runs(3, 'main'), ...runs(9, 'main', 'aborted'))
    await pass(world, 20_000)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'healthy', healthCauses: [] })
    await pass(world, 40_000)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'degraded', healthCauses: ['errors'] })
    expect(await showAgent(world.ctx, world.idOf('other'))).toMatchObject({ health: 'healthy', healthSince: null })
    expect(await showAgentHealth(world.ctx, world.main, page)).toMatchObject({
      state: 'degraded',
      causes: [{ cause: 'errors', failed: 3, runs: 6, windowMinutes: 60 }],
      figures: { runs: 6, failed: 3, medianMs: null },
      history: { items: [{ state: 'degraded', of: 'agent', isFlapping: false }] },
    })
    await world.link.report(...runs(30, 'main'))
    await pass(world, 40_000)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'degraded' })
    await pass(world, 2 * minute)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'healthy', healthCauses: [] })
    expect(await toldOf(world)).toEqual([
      { type: 'agent.health-changed', target: world.main, state: 'degraded', causes: ['errors'], isFlapping: false },
      { type: 'agent.health-changed', target: world.main, state: 'healthy', causes: [], isFlapping: false },
    ])
    world.link.close()
  })

  test('that takes much longer than it used to is slow', async () => {
    const world = await aWorld()
    await world.link.report(...runs(25, 'main', 'ok', 4_000))
    await pass(world, minute)
    later(70 * minute)
    const back = await Link.welcome(world.connector.token)
    const now = { ...world, link: back }
    await back.report(...runs(6, 'main', 'ok', 30_000).map((event) => ({ ...event, at: new Date().toISOString() })))
    await pass(now, minute)
    expect(await showAgentHealth(world.ctx, world.main, page)).toMatchObject({
      state: 'degraded',
      causes: [{ cause: 'slow', medianMs: 30_000, usualMs: 4_000, runs: 6 }],
    })
    await checkAuditLog(world.organizationId)
    back.close()
  })

  test('whose scheduled job fails at its threshold is degraded by it', async () => {
    const owner = await anOrganization()
    const { agentId, gateway: cron, connector, back } = await aCronGateway(owner, [aCronJob('a')])
    const link = await back()
    for (const count of [1, 2, 3]) {
      const at = new Date(Date.now() - (10 - count) * minute).toISOString()
      await cron.ran('a', { at, status: 'error', summary: null, error: 'no' }, { consecutiveErrors: count })
    }
    await pass({ link, connector }, 2 * minute)
    expect(await showAgentHealth(owner.ctx, agentId, page)).toMatchObject({
      state: 'degraded',
      causes: [{ cause: 'failing_cron', jobs: [{ name: 'Job a', failures: 3 }] }],
    })
    await checkAuditLog(owner.organizationId)
    link.close()
  })

  test('is judged on by a session that was evicted in between', async () => {
    const world = await aWorld()
    await world.link.report(...runs(4, 'main', 'error'))
    await pass(world, 20_000)
    await evictDurableObject(world.connector.session)
    await pass(world, 40_000)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'degraded' })
    expect(await toldOf(world)).toHaveLength(1)
    world.link.close()
  })

  test('whose change is told twice leaves one event and one line of history', async () => {
    const world = await aWorld()
    const ctx = connectorContext(
      backgroundContext(env, (work) => void work),
      world.organizationId,
      world.connector.id,
    )
    const change = {
      state: 'degraded' as const,
      causes: [{ cause: 'errors' as const, failed: 3, runs: 4, windowMinutes: 60 }],
      isFlapping: false,
      isSilent: false,
    }
    const changes = new Map([
      ['main', change],
      ['unknown', change],
    ])
    await tellAgentsHealth(ctx, world.connector.id, changes)
    await tellAgentsHealth(ctx, world.connector.id, changes)
    expect(await toldOf(world)).toHaveLength(1)
    expect((await showAgentHealth(world.ctx, world.main, page)).history.items).toHaveLength(1)
    world.link.close()
  })
})

describe('a connector', () => {
  test('that goes offline takes its agents along without an event for each', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `agent-${n}`)
    const world = await aWorld('main', ...names)
    await world.link.report(...runs(4, 'main', 'error'))
    await pass(world, minute)
    later(silenceMaxMs + 1)
    await runDurableObjectAlarm(world.connector.session)
    expect(await listAgents(world.ctx, { limit: 50, sort: 'name', health: 'offline' })).toMatchObject({
      items: Array(21).fill({ health: 'offline', healthCauses: ['connector_offline'] }),
    })
    expect((await healthAtAGlance(world.ctx)).offline).toBe(21)
    expect((await toldOf(world)).map(({ type }) => type)).toEqual(['agent.health-changed'])
    const merged = await showAgentHealth(world.ctx, world.main, page)
    expect(merged.history.items).toMatchObject([
      { state: 'offline', of: 'connector', causes: [{ cause: 'connector_offline' }] },
      { state: 'degraded', of: 'agent', causes: [{ cause: 'errors' }] },
    ])
    const back = await Link.welcome(world.connector.token)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'offline' })
    later(10_001)
    await runDurableObjectAlarm(world.connector.session)
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'degraded', healthCauses: ['errors'] })
    expect(await showAgent(world.ctx, world.idOf('agent-1'))).toMatchObject({ health: 'healthy' })
    expect((await toldOf(world)).at(-1)).toMatchObject({ type: 'connector.health-changed', state: 'healthy' })
    const { history } = await showAgentHealth(world.ctx, world.main, page)
    expect(history.items.map(({ state, of }) => `${of} ${state}`)).toEqual([
      'connector degraded',
      'connector offline',
      'agent degraded',
    ])
    back.close()
  })

  test('whose gateway restarts quickly stays well, and one that stays away is offline after ten seconds', async () => {
    const world = await aWorld()
    await pass(world, 5_000, false)
    await pass(world, 5_000)
    expect(await showConnector(world.ctx, world.connector.id)).toMatchObject({ health: 'healthy' })
    await pass(world, 20_000, false)
    await pass(world, 20_000, false)
    expect(await showAgentHealth(world.ctx, world.main, page)).toMatchObject({
      state: 'offline',
      causes: [{ cause: 'gateway_away', detail: 'gone' }],
    })
    expect(await toldOf(world)).toMatchObject([{ type: 'connector.health-changed', causes: ['gateway_away'] }])
    world.link.close()
  })

  test('whose gateway keeps restarting is degraded, and so are its agents; the same restart told twice is one', async () => {
    const world = await aWorld()
    const restart = gatewayRestarted()
    await world.link.report(restart, { ...restart, key: unique('again') }, { ...restart, key: unique('again') })
    for (const _ of [1, 2]) {
      later(1_000)
      await world.link.report(gatewayRestarted())
    }
    await pass(world, minute)
    expect(await showConnector(world.ctx, world.connector.id)).toMatchObject({ health: 'healthy' })
    await world.link.report(gatewayRestarted())
    await pass(world, minute)
    expect(await showConnectorHealth(world.ctx, world.connector.id, page)).toMatchObject({
      state: 'degraded',
      causes: [{ cause: 'restart_loop', restarts: 4, windowMinutes: 10 }],
    })
    expect(await showAgent(world.ctx, world.main)).toMatchObject({ health: 'degraded', healthCauses: ['restart_loop'] })
    expect(await healthAtAGlance(world.ctx)).toMatchObject({
      healthy: 0,
      degraded: 1,
      causes: [{ cause: 'restart_loop', agents: 1 }],
      degradedAgents: [{ id: world.main, causes: ['restart_loop'] }],
    })
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('is asked for its configuration, and degraded while the gateway calls that invalid', async () => {
    const world = await aWorld()
    const config = (valid: boolean) => ({
      hash: 'h',
      valid,
      issues: valid ? [] : [{ path: 'agents.entries.main', message: 'unknown key' }],
      source: {},
      completed: {},
    })
    let valid = false
    world.link.onCommand = ({ id, command }) => {
      if (command === 'gateway.ask')
        world.link.send({ kind: 'result', id, ok: true, answer: { question: 'config', config: config(valid) } })
    }
    await pass(world, 2 * minute)
    expect(await showConnectorHealth(world.ctx, world.connector.id, page)).toMatchObject({
      state: 'degraded',
      causes: [{ cause: 'config_invalid', issues: [{ path: 'agents.entries.main', message: 'unknown key' }] }],
    })
    valid = true
    await world.link.report(configChanged())
    await pass(world, 3 * minute)
    expect(await showConnector(world.ctx, world.connector.id)).toMatchObject({ health: 'healthy' })
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('that never came, is paused or was removed is offline and says so', async () => {
    const world = await aWorld()
    const { id } = await aConnector(world.ctx, 'New')
    expect(await showConnector(world.ctx, id)).toMatchObject({ health: 'offline', healthCauses: ['never_connected'] })
    await pauseConnector(world.ctx, world.connector.id)
    expect(await showAgentHealth(world.ctx, world.main, page)).toMatchObject({
      state: 'offline',
      causes: [{ cause: 'connector_paused' }],
    })
    await removeConnector(world.ctx, world.connector.id)
    expect(await showAgentHealth(world.ctx, world.main, page)).toMatchObject({
      state: 'offline',
      causes: [{ cause: 'removed' }],
      figures: null,
    })
    await checkAuditLog(world.organizationId)
  })
})

describe('over the API', () => {
  test('health is told to who may read it, and to nobody of another organization', async () => {
    const world = await aWorld()
    const [viewer, stranger] = [await aMember(world.organizationId, 'viewer'), await anOrganization()]
    const paths = [`/api/v1/agents/${world.main}/health`, `/api/v1/connectors/${world.connector.id}/health`]
    const [ofAgent, ofConnector] = await Promise.all(
      paths.map(async (path) => (await call(path, { headers: await viewer.authorization() })).json()),
    )
    expect(AgentHealth.parse(ofAgent)).toMatchObject({ state: 'healthy', causes: [], history: { items: [] } })
    expect(ConnectorHealth.parse(ofConnector)).toMatchObject({ state: 'healthy', isFlapping: false })
    for (const path of paths) {
      expect((await call(path, { headers: await stranger.authorization() })).status).toBe(404)
      expect((await call(path)).status).toBe(401)
      expect((await call(`${path}?limit=0`, { headers: await viewer.authorization() })).status).toBe(422)
      expect((await call(`${path}?from=yesterday`, { headers: await viewer.authorization() })).status).toBe(422)
      expect((await call(`${path}?cursor=x`, { headers: await viewer.authorization() })).status).toBe(422)
    }
    world.link.close()
  })

  test('history comes in pages that leave nothing out, and ends with what was in force at `from`', async () => {
    const world = await aWorld()
    const begun = Date.now()
    for (const _ of [1, 2, 3]) {
      await pass(world, 40_000, false)
      await pass(world, 40_000)
    }
    const whole = await showAgentHealth(world.ctx, world.main, page)
    const paged = []
    let cursor: string | undefined
    do {
      const { history } = await showAgentHealth(world.ctx, world.main, { limit: 2, ...(cursor && { cursor }) })
      paged.push(...history.items)
      cursor = history.nextCursor ?? undefined
    } while (cursor)
    expect(paged).toEqual(whole.history.items)
    expect(paged.length).toBeGreaterThanOrEqual(4)
    const [, second] = paged
    const from = new Date(Date.parse(second?.at ?? '') + 1).toISOString()
    const cut = await showAgentHealth(world.ctx, world.main, { limit: 50, from })
    expect(cut.history).toEqual({ items: paged.slice(0, 2), nextCursor: null })
    await sweepHealthChanges({ ...world.ctx, now: () => new Date(begun) })
    expect((await showAgentHealth(world.ctx, world.main, page)).history.items).toEqual(paged)
    await checkAuditLog(world.organizationId)
    world.link.close()
  })
})
