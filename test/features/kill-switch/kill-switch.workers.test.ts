import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import {
  KillDrill,
  KilledAgent,
  KillGateways,
  KillOrder,
  KillPreview,
} from '../../../worker/features/kill-switch/contract.ts'
import { extendAllOrders, handOverStops, lapseDrills } from '../../../worker/features/kill-switch/index.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aGatewayAgent, aGatewayApproval, aRoster, requested, resolved, unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'
import { anAgentStop, aStoppableWorld, path, type StoppableWorld } from '../../support/stopped.ts'

const patience = { timeout: 20_000, interval: 20 }
const commandsAt = ({ connector }: Pick<StoppableWorld, 'connector'>) =>
  runInDurableObject(connector.session, (_: ConnectorSession, { storage }) =>
    storage.sql.exec<{ id: string }>('SELECT id FROM commands ORDER BY goes_first DESC, rowid').toArray(),
  )
const agentsUnder = async (world: StoppableWorld, orderId: string) =>
  Page(KilledAgent).parse(await (await call(`${path}/orders/${orderId}/agents`, { headers: world.headers })).json())
    .items

/** Tells both agents as they are and answers the newest command of the order. */
const confirm = async (world: StoppableWorld, order: KillOrder, ...names: string[]) => {
  const command = await world.link.next('command')
  world.tell(order.id, ...names.map((name) => anAgentStop(name, 'stopped')))
  world.link.answer(command.id)
  return world.reaches(order.id, 'stopped')
}

test('an order stops what it names, and only evidence from the gateway confirms it', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'agent', agentId: world.agent('scout') })
  expect(order).toMatchObject({
    state: 'stopping',
    scope: { kind: 'agent', name: 'scout' },
    policy: 'stop_again',
    tally: { agents: 1, confirmed: 0 },
    targets: [{ state: 'ordered', reach: 'online', confirmedMs: null }],
  })
  expect(await world.controlOf('scout')).toMatchObject({ control: 'stopped', stop: { orderId: order.id } })
  expect((await world.controlOf('main')).control).toBe('enabled')
  const command = await world.link.next('command')
  expect(command).toMatchObject({
    command: 'agents.stop',
    params: { orderId: order.id, isAll: false, agents: ['scout'], policy: 'stop_again' },
  })
  world.tell(order.id, anAgentStop('scout', 'stopping'))
  await vi.waitFor(async () => expect((await world.shown(order.id)).targets[0]?.state).toBe('delivered'), patience)
  expect((await world.shown(order.id)).state).toBe('stopping')
  world.tell(order.id, anAgentStop('scout', 'stopped'))
  world.tell(order.id, anAgentStop('scout', 'stopped'))
  world.link.answer(command.id)
  const stopped = await world.reaches(order.id, 'stopped')
  expect(stopped.confirmedMs).toBeGreaterThanOrEqual(0)
  expect(await agentsUnder(world, order.id)).toMatchObject([
    {
      externalId: 'scout',
      agentId: world.agent('scout'),
      state: 'stopped',
      abortedRuns: 1,
      steps: [{ step: 'abort' }],
    },
  ])
  expect((await world.told('kill.ordered')).length).toBe(1)
  expect((await world.told('kill.delivered')).length).toBe(1)
  expect(await world.told('kill.confirmed')).toMatchObject([{ payload: { orderId: order.id, agents: 1 } }])
  expect(await commandsAt(world)).toEqual([])
  const enable = await post(`/api/v1/agents/${world.agent('scout')}/enable`, {}, world.headers)
  expect([enable.status, await enable.json()]).toMatchObject([409, { context: { orderId: order.id } }])
  world.link.close()
})

test('an order is taken back by its typed name, and what differs is told', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'agent', agentId: world.agent('scout') })
  await confirm(world, order, 'scout')
  expect((await world.recover(order.id, 'Scout!')).status).toBe(422)
  expect((await post(`${path}/recover`, { orderId: order.id, name: 'scout' }, world.headers)).status).toBe(422)
  const operator = await (await world.member('operator')).authorization()
  expect((await world.recover(order.id, 'scout', operator)).status).toBe(403)
  const recovering = await world.recover(order.id, 'scout')
  expect([recovering.status, KillOrder.parse(await recovering.json())]).toMatchObject([202, { state: 'recovering' }])
  expect((await world.recover(order.id, 'scout')).status).toBe(202)
  expect((await world.controlOf('scout')).control).toBe('stopped')
  const command = await world.link.next('command', 2)
  expect(command).toMatchObject({ command: 'agents.recover', params: { orderId: order.id } })
  world.tell(order.id, anAgentStop('scout', 'recovered', { differs: ['tools.deny'] }))
  world.link.answer(command.id)
  expect(await world.reaches(order.id, 'recovered')).toMatchObject({ tally: { recovered: 1 } })
  expect(await world.controlOf('scout')).toMatchObject({ control: 'enabled', stop: null })
  expect((await world.told('kill.recover-ordered')).length).toBe(1)
  expect(await world.told('kill.recovered')).toMatchObject([
    { payload: { isExact: false, differs: ['scout: tools.deny'] } },
  ])
  // Told late, what was stopped before does not stop it again.
  world.tell(order.id, anAgentStop('scout', 'stopped'))
  await vi.waitFor(async () => expect((await world.shown(order.id)).state).toBe('recovered'), patience)
  expect((await world.controlOf('scout')).control).toBe('enabled')
  world.link.close()
})

test('other organizations see nothing, and whoever may only look stops nothing', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'connector', connectorId: world.connector.id })
  const stranger = await aStoppableWorld()
  const as = stranger.headers
  expect((await call(`${path}/orders/${order.id}`, { headers: as })).status).toBe(404)
  expect((await call(`${path}/orders/${order.id}/agents`, { headers: as })).status).toBe(404)
  expect((await stranger.recover(order.id, order.scope.name)).status).toBe(404)
  for (const scope of [
    { kind: 'agent', agentId: world.agent('main') },
    { kind: 'connector', connectorId: world.connector.id },
    { kind: 'group', group: 'nobody' },
  ]) {
    expect((await post(`${path}/disable`, { scope, reason: 'x' }, as)).status).toBe(404)
    expect((await post(`${path}/preview`, { scope }, as)).status).toBe(404)
  }
  expect((await post(`${path}/drills`, { connectorId: world.connector.id }, as)).status).toBe(404)
  const viewer = await (await world.member('viewer')).authorization()
  const scope = { kind: 'organization' }
  expect((await post(`${path}/disable`, { scope, reason: 'x' }, viewer)).status).toBe(403)
  expect((await post(`${path}/drills`, { connectorId: world.connector.id }, viewer)).status).toBe(403)
  expect((await call(`${path}/orders`, { headers: viewer })).status).toBe(200)
  expect((await post(`${path}/disable`, { scope, reason: '  ' }, world.headers)).status).toBe(422)
  // Another connector that names the order tells nothing by it.
  stranger.tell(order.id, anAgentStop('main', 'stopped'), anAgentStop('scout', 'stopped'))
  await stranger.link.report(aRoster(aGatewayAgent('main')))
  expect((await world.shown(order.id)).tally).toMatchObject({ agents: 2, confirmed: 0 })
  for (const each of [world, stranger]) each.link.close()
})

test('a crash between commit and delivery is made up for by the minute, and by the next hello', async () => {
  const world = await aStoppableWorld()
  const lost = async () => {
    world.link.close()
    await vi.waitFor(async () => {
      const { items } = KillGateways.parse(await (await call(`${path}/gateways`, { headers: world.headers })).json())
      expect(items[0]?.reach).toBe('connector_offline')
    }, patience)
    const order = await world.order({ kind: 'organization' })
    await runInDurableObject(world.connector.session, (_: ConnectorSession, { storage }) => {
      storage.sql.exec('DELETE FROM commands')
    })
    await world.ctx.env.DB.prepare('UPDATE kill_targets SET handed_revision = 0 WHERE order_id = ?')
      .bind(order.id)
      .run()
    return order
  }
  const first = await lost()
  expect(first).toMatchObject({ state: 'incomplete', targets: [{ onReconnect: 'stop_first', state: 'ordered' }] })
  await handOverStops(world.ctx)
  await handOverStops(world.ctx)
  expect(await commandsAt(world)).toEqual([{ id: `${first.id}.1.stop` }])
  const second = await lost()
  const link = await Link.welcome(world.connector.token, { groups: [...world.groups] })
  expect(await link.next('command')).toMatchObject({ params: { orderId: second.id, isAll: true } })
  link.close()
})

test('unreachable, then back: the stop arrives before anything else, also over an eviction', async () => {
  const world = await aStoppableWorld()
  world.link.close()
  await world.link.closing().catch(() => undefined)
  await world.connector.session.enqueue({
    id: `grn_${unique('waits')}`,
    command: 'grant.revoke',
    params: { ref: 'x' },
    deadline: new Date(Date.now() + 600_000).toISOString(),
  })
  const order = await world.order({ kind: 'organization' })
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const link = await Link.welcome(world.connector.token, { groups: [...world.groups] })
  await link.next('command', 2)
  const kinds = link.frames.map((frame) => (frame.kind === 'command' ? frame.command : frame.kind))
  expect(kinds.slice(0, 3)).toEqual(['welcome', 'agents.stop', 'grant.revoke'])
  // Not lost by an answer that never came, nor by another eviction.
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const again = await Link.welcome(world.connector.token, { groups: [...world.groups] })
  expect(await again.next('command')).toMatchObject({ id: `${order.id}.1.stop` })
  again.close()
})

test('two orders over one agent: it is released when both are recovered', async () => {
  const world = await aStoppableWorld()
  const scope = { kind: 'agent', agentId: world.agent('scout') }
  const first = await world.order(scope)
  const second = await world.order(scope)
  expect(second.id).not.toBe(first.id)
  for (const [index, order] of [first, second].entries()) {
    world.tell(order.id, anAgentStop('scout', 'stopped'))
    world.link.answer((await world.link.next('command', index + 1)).id)
    await world.reaches(order.id, 'stopped')
  }
  await world.recover(first.id, 'scout')
  const release = await world.link.next('command', 3)
  world.tell(first.id, anAgentStop('scout', 'held'))
  world.link.answer(release.id)
  await world.reaches(first.id, 'recovered')
  expect(await world.controlOf('scout')).toMatchObject({ control: 'stopped', stop: { orderId: second.id } })
  await world.recover(second.id, 'scout')
  world.tell(second.id, anAgentStop('scout', 'recovered'))
  world.link.answer((await world.link.next('command', 4)).id)
  await world.reaches(second.id, 'recovered')
  expect((await world.controlOf('scout')).control).toBe('enabled')
  world.link.close()
})

test('whoever comes into a stopped scope is stopped as well', async () => {
  const world = await aStoppableWorld()
  await world.group('main', 'Front desk')
  const group = await world.order({ kind: 'group', group: 'Front desk' })
  expect((await world.link.next('command')).params).toMatchObject({ agents: ['main'] })
  await world.group('scout', 'Front desk')
  expect(await world.link.next('command', 2)).toMatchObject({
    id: `${group.id}.2.stop`,
    params: { agents: ['main', 'scout'] },
  })
  expect((await world.controlOf('scout')).control).toBe('stopped')
  const whole = await world.order({ kind: 'organization' })
  await world.link.report(aRoster(aGatewayAgent('main'), aGatewayAgent('scout'), aGatewayAgent('newcomer')))
  expect((await world.shown(whole.id)).tally.agents).toBe(3)
  expect((await world.told('kill.extended')).flatMap(({ payload }) => payload.agents)).toEqual(['scout', 'newcomer'])
  const another = await aConnector(world.ctx, 'Later')
  await extendAllOrders(world.ctx)
  expect((await world.shown(whole.id)).targets.map(({ connectorId }) => connectorId)).toContain(another.id)
  world.link.close()
})

test('a connector without the group refuses loudly, and stops as soon as it has it', async () => {
  const world = await aStoppableWorld()
  world.link.close()
  const link = await Link.welcome(world.connector.token, { groups: ['read', 'approvals'] })
  const order = await world.order({ kind: 'connector', connectorId: world.connector.id })
  const refused = await world.reaches(order.id, 'incomplete')
  await vi.waitFor(async () => expect((await world.shown(order.id)).targets[0]?.state).toBe('failed'), patience)
  expect(refused.targets[0]).toMatchObject({ reach: 'no_group', onReconnect: 'needs_group' })
  expect((await world.shown(order.id)).targets[0]?.remedy).toContain('--groups')
  expect(await world.told('kill.failed')).toMatchObject([{ risk: 'critical', payload: { cause: 'read_only' } }])
  expect(link.frames.filter(({ kind }) => kind === 'command')).toEqual([])
  const started = await Link.welcome(world.connector.token, { groups: [...world.groups] })
  const command = await started.next('command')
  started.send({
    kind: 'stops',
    orderId: order.id,
    gatewayConnected: true,
    agents: ['main', 'scout'].map((name) => anAgentStop(name, 'stopped')),
  })
  started.answer(command.id)
  await world.reaches(order.id, 'stopped')
  started.close()
})

test('a gateway that fails is told, re-enabling is told, and agents that are not there count as stopped', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'connector', connectorId: world.connector.id })
  const command = await world.link.next('command')
  const steps = [
    {
      ...{ step: 'deny' as const, outcome: 'failed' as const, startedMs: 1, endedMs: 2, counts: {} },
      ...{ because: null, detail: 'refused' },
    },
  ]
  world.tell(order.id, anAgentStop('main', 'failed', { steps }))
  const failed = await world.reaches(order.id, 'incomplete')
  expect(failed.targets[0]).toMatchObject({ state: 'failed', detail: 'main: deny: refused' })
  world.tell(order.id, anAgentStop('main', 'stopped'))
  world.link.answer(command.id)
  expect(await world.reaches(order.id, 'stopped')).toMatchObject({ tally: { confirmed: 2 } })
  const by = { by: 'cli, device 1f, 127.0.0.1', way: 'api', byUnknown: null } as const
  const broken = { agent: 'main', orders: [order.id], what: ['tools.deny'], ...by, action: 'reported', count: 1 }
  world.tell(order.id, anAgentStop('main', 'broken', { differs: ['tools.deny'] }))
  const event = { key: unique('broken'), at: new Date().toISOString(), type: 'kill.broken', payload: broken } as const
  await world.link.report({ ...event, payload: { ...broken, action: 'reported' } })
  await world.reaches(order.id, 'broken')
  const [main] = (await agentsUnder(world, order.id)).filter(({ externalId }) => externalId === 'main')
  expect(main).toMatchObject({ state: 'broken', brokenCount: 1, differs: ['tools.deny'] })
  expect(await world.told('kill.broken')).toMatchObject([
    { risk: 'critical', agentId: world.agent('main'), payload: by },
  ])
  world.tell(order.id, anAgentStop('main', 'stopped'))
  await world.reaches(order.id, 'stopped')
  world.link.close()
})

test('what a connector tells of a reason that is newer than the cloud is kept without it', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'agent', agentId: world.agent('scout') })
  const step = { step: 'cron', outcome: 'done', startedMs: 1, endedMs: 2, detail: 'As said.', counts: {} }
  const told = anAgentStop('scout', 'stopping')
  for (const because of [
    { code: 'of_tomorrow', facts: {} },
    { code: 'gateway_owned', facts: { left: 2 } },
    undefined,
  ]) {
    const agents = [{ ...told, steps: [{ ...step, because }] }]
    world.link.send({ kind: 'stops', orderId: order.id, gatewayConnected: true, agents })
    const known = because?.code === 'gateway_owned' ? because : null
    await vi.waitFor(async () => {
      const [scout] = await agentsUnder(world, order.id)
      expect(scout?.steps).toMatchObject([{ because: known, detail: 'As said.' }])
    }, patience)
  }
  world.link.close()
})

test('a connector that was removed is said to be gone, and its orders can still be taken back', async () => {
  const world = await aStoppableWorld()
  const order = await world.order({ kind: 'connector', connectorId: world.connector.id })
  await removeConnector(world.ctx, world.connector.id)
  expect((await world.shown(order.id)).targets[0]).toMatchObject({ reach: 'gone', onReconnect: 'nothing' })
  await world.recover(order.id, order.scope.name)
  await world.reaches(order.id, 'recovered')
})

const answersPreviews = ({ link }: StoppableWorld) => {
  link.onCommand = ({ id, command }) => {
    const answer = { question: 'stops.preview', activeSessions: 2, subAgents: 1, enabledJobs: 3, hasPlugin: false }
    if (command === 'gateway.ask') link.send({ kind: 'result', id, ok: true, answer })
  }
}

test('a preview asks gateways that are there, and says which ones are not', async () => {
  const world = await aStoppableWorld()
  const away = await aStoppableWorld(world)
  away.link.close()
  answersPreviews(world)
  const previewed = await vi.waitFor(async () => {
    const answer = await post(`${path}/preview`, { scope: { kind: 'organization' } }, world.headers)
    const preview = KillPreview.parse(await answer.json())
    expect(preview.connectors.map(({ reach }) => reach).sort()).toEqual(['connector_offline', 'online'])
    return preview
  }, patience)
  expect(previewed).toMatchObject({ agents: 4, alreadyStopped: 0 })
  expect(previewed.connectors.find(({ reach }) => reach === 'online')).toMatchObject({
    activeSessions: 2,
    subAgents: 1,
  })
  expect(previewed.connectors.find(({ reach }) => reach !== 'online')).toMatchObject({ activeSessions: null })
  world.link.close()
})

test('a preview counts the approvals that agents of the scope wait for, and no others', async () => {
  const world = await aStoppableWorld()
  answersPreviews(world)
  const [one, ended] = [aGatewayApproval({ agent: 'scout' }), aGatewayApproval({ agent: 'scout' })]
  for (const request of [one, ended, aGatewayApproval({ agent: 'main' })]) await world.link.report(requested(request))
  await world.link.report(resolved(ended, 'deny'))
  const pending = async (scope: object) => {
    const preview = KillPreview.parse(await (await post(`${path}/preview`, { scope }, world.headers)).json())
    return [preview.pendingApprovals, ...preview.connectors.map(({ pendingApprovals }) => pendingApprovals)]
  }
  expect(await pending({ kind: 'organization' })).toEqual([2, 2])
  expect(await pending({ kind: 'agent', agentId: world.agent('scout') })).toEqual([1, 1])
  world.link.close()
})

test('a drill is ordered, answered once, and kept', async () => {
  const world = await aStoppableWorld()
  const drill = async () => {
    const answer = await post(`${path}/drills`, { connectorId: world.connector.id }, world.headers)
    expect(answer.status).toBe(202)
    return KillDrill.parse(await answer.json())
  }
  const first = await drill()
  const command = await world.link.next('command')
  expect(command).toMatchObject({ id: first.id, command: 'stops.drill' })
  const report = {
    outcome: 'passed',
    detail: 'Stopped, shown, recovered.',
    steps: [],
    toolsBefore: 20,
    toolsAfter: 0,
    isRunRefused: true,
    isExact: true,
    confirmedMs: 800,
    recoveredMs: 700,
  }
  const answer = { kind: 'result', id: first.id, ok: true, drill: report }
  world.link.send(answer)
  world.link.send(answer)
  const shown = () =>
    call(`${path}/drills/${first.id}`, { headers: world.headers }).then(async (found) =>
      KillDrill.parse(await found.json()),
    )
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ state: 'passed', report }), patience)
  const gateways = await call(`${path}/gateways`, { headers: world.headers })
  expect(KillGateways.parse(await gateways.json()).items).toMatchObject([
    { connectorId: world.connector.id, lastProvenMs: 800, lastDrill: { id: first.id } },
  ])
  expect((await world.told('kill.drill-ordered')).length).toBe(1)
  expect((await world.told('kill.drilled')).length).toBe(1)
  const second = await drill()
  await world.ctx.env.DB.prepare('UPDATE kill_drills SET deadline = 1 WHERE id = ?').bind(second.id).run()
  await lapseDrills(world.ctx)
  const { items } = Page(KillDrill).parse(await (await call(`${path}/drills`, { headers: world.headers })).json())
  expect(items.map(({ state }) => state)).toEqual(['lapsed', 'passed'])
  world.link.close()
  await vi.waitFor(async () => {
    const refused = await post(`${path}/drills`, { connectorId: world.connector.id }, world.headers)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'unavailable'])
  }, patience)
})

test('orders are listed in pages, open and ended', async () => {
  const world = await aStoppableWorld()
  const first = await world.order({ kind: 'organization' })
  const second = await world.order({ kind: 'agent', agentId: world.agent('main') })
  const list = async (query: string) =>
    Page(KillOrder).parse(await (await call(`${path}/orders?${query}`, { headers: world.headers })).json())
  expect((await list('state=open')).items.map(({ id }) => id)).toEqual([second.id, first.id])
  const page = await list('limit=1')
  expect((await list(`limit=1&cursor=${page.nextCursor}`)).items.map(({ id }) => id)).toEqual([first.id])
  expect((await list('state=ended')).items).toEqual([])
  const other = await anOrganization()
  const empty = await call(`${path}/orders`, { headers: await other.authorization() })
  expect(Page(KillOrder).parse(await empty.json()).items).toEqual([])
  world.link.close()
})
