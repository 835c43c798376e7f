import { expect, test, vi } from 'vitest'
import { applyRoster } from '../../../worker/features/agents/apply-roster.ts'
import { AgentChange } from '../../../worker/features/agents/changes/contract.ts'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { RegisteredAgent, RemovedAgent } from '../../../worker/features/agents/registry/contract.ts'
import { RegroupedAgents, ResourceGroups } from '../../../worker/features/agents/resource-groups/contract.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aGatewayAgent } from '../../support/gateway-events.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const path = '/api/v1/agents'
const aWorld = async () => {
  const owner = await anOrganization()
  const managed = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const { connector, gateway } = managed
  const register = (more: object = {}) =>
    call(path, { method: 'POST', headers, body: { connectorId: connector.id, name: 'Scout', ...more } })
  const remove = (id: string, name: string) => call(`${path}/${id}`, { method: 'DELETE', headers, body: { name } })
  /** The gateway's list as its connector tells it. */
  const lists = (...ids: string[]) =>
    applyRoster(
      connectorContext(owner.ctx, owner.organizationId, connector.id),
      connector.id,
      ids.map((id) => aGatewayAgent(id, { name: id === 'main' ? 'Main' : 'Scout' })),
    )
  const ordered = async (count: number) =>
    vi.waitFor(() => expect(gateway.changes()).toHaveLength(count), { timeout: 20_000 })
  const told = async () => (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  const listed = async () => Page(Agent).parse(await (await call(path, { headers })).json()).items
  return { ...managed, owner, headers, register, remove, lists, ordered, told, listed }
}
const problemOf = async (answer: Response) => Problem.parse(await answer.json())

test('an agent is made at its gateway, appears under the id that it was promised, and is told once', async () => {
  const world = await aWorld()
  const asked = world.register({ name: 'Scout', model: 'probe/one', workspace: '/srv/scout' })
  await world.ordered(1)
  const [command] = world.gateway.changes()
  expect(command?.params).toEqual({
    change: 'agent.create',
    agent: 'scout',
    name: 'Scout',
    workspace: '/srv/scout',
    model: 'probe/one',
  })
  await world.lists('main', 'scout')
  const answer = await asked
  const { change, agent } = RegisteredAgent.parse(await answer.json())
  expect([answer.status, agent, change]).toMatchObject([
    201,
    { id: change.agentId, externalId: 'scout', state: 'active' },
    { kind: 'create', state: 'confirmed', touches: ['scout'], reference: 'scout' },
  ])
  await world.lists('main', 'scout')
  const again = await world.register()
  expect([again.status, (await problemOf(again)).context]).toEqual([409, { agentId: agent?.id }])
  const told = await world.told()
  expect(told.filter((type) => type.startsWith('agent.')).sort()).toEqual([
    'agent.change-confirmed',
    'agent.change-ordered',
    'agent.discovered',
    'agent.discovered',
  ])
  world.link.close()
})

test('an agent that its gateway made and does not list yet is answered so, and appears later', async () => {
  const world = await aWorld()
  const answer = await world.register({ name: '侦察', externalId: 'zhencha' })
  const { change, agent } = RegisteredAgent.parse(await answer.json())
  expect([answer.status, agent, change.state]).toEqual([202, null, 'confirmed'])
  expect((await call(`${path}/${change.agentId}`, { headers: world.headers })).status).toBe(404)
  const shown = await call(`${path}/${change.agentId}/changes/${change.id}`, { headers: world.headers })
  expect(AgentChange.parse(await shown.json())).toEqual(change)
  const ids = await world.lists('main', 'zhencha')
  expect(ids.get('zhencha')).toBe(change.agentId)
  // Nobody ordered this one, so it gets an id of its own.
  expect((await world.lists('main', 'zhencha', 'other')).get('other')).not.toBe(change.agentId)
  world.link.close()
})

test('what the gateway refuses, or cannot be told, makes nothing', async () => {
  const world = await aWorld()
  world.gateway.instead = () => 'gateway_refused'
  expect((await world.register()).status).toBe(409)
  world.gateway.instead = () => 'invalid'
  expect((await world.register({ externalId: 'openclaw' })).status).toBe(422)
  // A failed order promised nothing to an agent that somebody makes at the gateway.
  const ids = await world.lists('main', 'scout')
  expect(await world.listed()).toHaveLength(2)
  const refused = await world.remove(ids.get('scout') ?? '', 'Scout')
  expect(refused.status).toBe(422)
  for (const body of [
    { name: '侦察' },
    { externalId: 'Not An Id' },
    { externalId: '../etc' },
    { workspace: 'relative' },
    { workspace: '/srv/../etc' },
    { model: 'two words' },
    { name: '' },
    { surplus: 1 },
  ])
    expect([body, (await world.register(body)).status]).toEqual([body, 422])
  world.link.close()
  await world.link.closing()
  const away = await world.register({ externalId: 'late' })
  expect([away.status, (await problemOf(away)).context]).toEqual([503, { because: 'connector_offline' }])
  const readOnly = await aManagedAgent(world.owner, ['read'])
  expect((await problemOf(await world.register({ connectorId: readOnly.connector.id }))).context).toEqual({
    because: 'read_only',
  })
  expect((await world.told()).filter((type) => type === 'agent.change-ordered')).toHaveLength(3)
})

test('an agent is taken out of its gateway by its typed name, and forgotten once the gateway has it no more', async () => {
  const world = await aWorld()
  const id = (await world.lists('main', 'scout')).get('scout') ?? ''
  expect((await problemOf(await world.remove(id, 'Main'))).errors).toEqual([{ path: 'name', message: 'not its name' }])
  expect(world.gateway.changes()).toEqual([])
  const asked = world.remove(id, 'Scout')
  await world.ordered(1)
  await world.lists('main')
  const answer = await asked
  const { change, agent } = RemovedAgent.parse(await answer.json())
  expect([answer.status, change, agent]).toMatchObject([
    200,
    { kind: 'delete', state: 'confirmed' },
    { id, state: 'removed' },
  ])
  const forgotten = await world.remove(id, 'Scout')
  expect([forgotten.status, RemovedAgent.parse(await forgotten.json())]).toEqual([200, { change: null, agent: null }])
  expect((await world.remove(id, 'Scout')).status).toBe(404)
  expect((await call(`${path}/${id}/changes/${change?.id}`, { headers: world.headers })).status).toBe(404)
  const told = (await world.told()).slice(-4)
  expect(told.sort()).toEqual(['agent.change-confirmed', 'agent.change-ordered', 'agent.forgotten', 'agent.removed'])
  // One that comes back is a new one.
  expect((await world.lists('main', 'scout')).get('scout')).not.toBe(id)
  world.link.close()
})

test('an agent that its gateway still lists after deleting it is answered so', async () => {
  const world = await aWorld()
  const answer = await world.remove(world.id, 'Main')
  expect([answer.status, RemovedAgent.parse(await answer.json())]).toMatchObject([
    202,
    { change: { state: 'confirmed' }, agent: { state: 'active' } },
  ])
  world.link.close()
})

test('a group is renamed and dissolved over its agents, and joined with no other', async () => {
  const world = await aWorld()
  const ids = await world.lists('main', 'scout')
  const groups = async () =>
    ResourceGroups.parse(await (await call('/api/v1/resource-groups', { headers: world.headers })).json()).items
  const of = (name: string) => `/api/v1/resource-groups/${encodeURIComponent(name)}`
  const rename = (from: string, to: string) =>
    call(of(from), { method: 'PATCH', headers: world.headers, body: { name: to } })
  for (const [externalId, resourceGroup] of [
    ['main', '财务/报表'],
    ['scout', 'other'],
  ] as const)
    await call(`${path}/${ids.get(externalId)}`, {
      method: 'PATCH',
      headers: { ...world.headers, 'if-match': '"1"' },
      body: { resourceGroup },
    })
  expect(await groups()).toEqual([
    { name: 'other', agents: 1, disabled: 0 },
    { name: '财务/报表', agents: 1, disabled: 0 },
  ])
  expect((await rename('财务/报表', 'other')).status).toBe(409)
  expect((await rename('nowhere', 'else')).status).toBe(404)
  expect(RegroupedAgents.parse(await (await rename('财务/报表', 'finance')).json())).toEqual({ agents: 1 })
  expect(RegroupedAgents.parse(await (await rename('finance', 'finance')).json())).toEqual({ agents: 0 })
  expect((await groups()).map(({ name }) => name)).toEqual(['finance', 'other'])
  const stale = await call(`${path}/${ids.get('main')}`, {
    method: 'PATCH',
    headers: { ...world.headers, 'if-match': '"2"' },
    body: { tags: ['x'] },
  })
  expect(stale.status).toBe(412)
  const dissolve = () => call(of('finance'), { method: 'DELETE', headers: world.headers })
  expect([(await dissolve()).status, (await dissolve()).status]).toEqual([200, 404])
  expect((await world.told()).filter((type) => type.startsWith('agent.group-'))).toEqual([
    'agent.group-renamed',
    'agent.group-removed',
  ])
  world.link.close()
})

test('who may only look makes and removes nothing, and a foreign connector, agent or group does not exist', async () => {
  const world = await aWorld()
  await call(world.path, {
    method: 'PATCH',
    headers: { ...world.headers, 'if-match': '"1"' },
    body: { resourceGroup: 'theirs' },
  })
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const stranger = await (await anOrganization()).authorization()
  for (const [method, rest, body] of [
    ['POST', '/agents', { connectorId: world.connector.id, name: 'Scout' }],
    ['DELETE', `/agents/${world.id}`, { name: 'Main' }],
    ['PATCH', '/resource-groups/theirs', { name: 'ours' }],
    ['DELETE', '/resource-groups/theirs', undefined],
  ] as const) {
    const send = (headers: Record<string, string>) => call(`/api/v1${rest}`, { method, headers, body })
    expect([rest, (await send(viewer)).status, (await send(stranger)).status]).toEqual([rest, 403, 404])
  }
  const foreign = await call('/api/v1/resource-groups', { headers: stranger })
  expect(await foreign.json()).toEqual({ items: [] })
  expect(world.gateway.changes()).toEqual([])
  await checkAuditLog(world.owner.organizationId)
  world.link.close()
})
