import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import {
  AgentDrift,
  AgentStateAt,
  DriftedAgent,
  Snapshot,
  VersionsDiff,
} from '../../../worker/features/snapshots/contract.ts'
import { configurationSeen } from '../../../worker/features/snapshots/taking/index.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  agent.gateway.entry = { name: 'Main', model: 'a/b' }
  agent.gateway.models = ['a/b']
  const get = (path: string, as = headers) => call(`${agent.path}/${path}`, { headers: as })
  const check = async () => AgentDrift.parse(await (await post(`${agent.path}/drift-check`, {}, headers)).json()).scopes
  const shared = async () => (await check()).find(({ scope }) => scope === 'gateway_config')
  const at = async (moment: string) =>
    AgentStateAt.parse(await (await get(`state-at?at=${encodeURIComponent(moment)}`)).json())
  const now = () => at(new Date().toISOString())
  const outcome = async (moment: string, name: string) =>
    (await at(moment)).toolPolicy?.tools.find((tool) => tool.name === name)
  return { ...agent, owner, headers, get, check, shared, at, now, outcome }
}

const scope = 'gateway_config'

test('what all agents of a gateway share is versions of their own: seen, compared, drifted and accepted', async () => {
  const world = await aWorld()
  world.gateway.shared = {
    meta: { lastTouchedAt: 'one' },
    agents: { defaults: { model: 'a/b' } },
    tools: { profile: 'full' },
  }
  await world.check()
  world.gateway.shared = { ...world.gateway.shared, meta: { lastTouchedAt: 'two' } }
  world.gateway.entry = { name: 'Other', model: 'a/b' }
  // Neither what the gateway notes about its file nor another agent's entry is a change of it.
  expect(await world.shared()).toMatchObject({ drifted: false, newest: { version: 1 } })
  world.gateway.shared = { agents: { defaults: { model: 'a/c' } }, tools: { profile: 'full', deny: ['exec'] } }
  const drift = await world.shared()
  expect(drift).toMatchObject({ drifted: true, risk: 'high', trusted: { version: 1 }, newest: { version: 2 } })
  expect(drift?.newest).toMatchObject({ agentId: null, cause: 'elsewhere', author: null })
  expect(drift?.changes.map(({ path, category, rule }) => [path, category, rule])).toEqual([
    ['tools.deny', 'tools', 'tools_narrowed'],
    ['agents.defaults.model', 'model', 'model'],
  ])
  const versions = Page(Snapshot).parse(await (await world.get(`versions?scope=${scope}`)).json()).items
  expect(versions.map(({ version, cause }) => [version, cause])).toEqual([
    [2, 'elsewhere'],
    [1, 'first_seen'],
  ])
  const diff = VersionsDiff.parse(await (await world.get(`diff?scope=${scope}&from=1&to=live`)).json())
  expect(diff.changes.map(({ path }) => path)).toEqual(['tools.deny', 'agents.defaults.model'])
  const one = await (await world.get(`versions/1?scope=${scope}`)).json()
  expect(one).toMatchObject({ content: { agents: { defaults: { model: 'a/b' } }, tools: { profile: 'full' } } })
  expect(JSON.stringify(one)).not.toMatch(/entries|lastTouchedAt/)
  const accept = () => post(`${world.path}/drift/accept`, { scope, version: 2 }, world.headers)
  expect(Snapshot.parse(await (await accept()).json())).toMatchObject({ version: 3, cause: 'accepted', agentId: null })
  expect(Snapshot.parse(await (await accept()).json())).toMatchObject({ version: 3 })
  expect(await world.shared()).toMatchObject({ drifted: false })
  const told = (await checkAuditLog(world.owner.organizationId)).filter(({ payload }) => payload.scope === scope)
  expect(told.map(({ type, agentId, target }) => [type, agentId, target])).toEqual([
    ['config.drifted', null, world.connector.id],
    ['config.drift-accepted', null, world.connector.id],
  ])
})

test('it is not put back from here, nor seen by another organization', async () => {
  const world = await aWorld()
  await world.check()
  for (const path of ['rollback/preview', 'rollback']) {
    const body = { scope, version: 1, ...(path === 'rollback' && { digest: '0'.repeat(64) }) }
    expect(await codeOf(await post(`${world.path}/${path}`, body, world.headers))).toBe('invalid')
  }
  const foreign = await (await anOrganization()).authorization()
  for (const path of [`versions?scope=${scope}`, `versions/1?scope=${scope}`, `diff?scope=${scope}&from=1&to=1`])
    expect(await codeOf(await world.get(path, foreign))).toBe('not_found')
  expect(await codeOf(await post(`${world.path}/drift/accept`, { scope, version: 1 }, foreign))).toBe('not_found')
})

test('it stands once for all agents of a gateway, and drift of it is one line of the list', async () => {
  const world = await aWorld()
  await world.check()
  const { ctx, organizationId } = world.owner
  const { id, connectorId } = await env.DB.prepare(
    'select id, connector_id connectorId from agents where organization_id = ?',
  )
    .bind(organizationId)
    .first<{ id: string; connectorId: string }>()
    .then((row) => row ?? { id: '', connectorId: '' })
  const agents = Array.from({ length: 30 }, (_, at) => ({ id: `${id}${at}`, connectorId, externalId: `a${at}` }))
  const source = { tools: { profile: 'minimal' }, agents: { entries: {} } }
  const config = { hash: 'h', valid: true, issues: [], source, completed: source }
  await configurationSeen(ctx, agents, config, Date.now() + 1)
  await configurationSeen(ctx, agents.slice(3), config, Date.now() + 2)
  const kept = await env.DB.prepare('select count(*) n from snapshots where organization_id = ? and scope = ?')
    .bind(organizationId, scope)
    .first<{ n: number }>()
  expect(kept?.n).toBe(2)
  const list = async (query = '') =>
    Page(DriftedAgent).parse(await (await call(`/api/v1/drift${query}`, { headers: world.headers })).json()).items
  const line = { scope, agentId: id, agentName: 'Probe', connectorId, trusted: 1, newest: 2 }
  expect(await list(`?scope=${scope}`)).toMatchObject([line])
  expect(await list(`?scope=${scope}&agentId=${id}`)).toMatchObject([line])
  expect(await list(`?scope=${scope}&resourceGroup=none`)).toEqual([])
})

test('the tool policy of a moment is that of the versions of then, also when only what is shared has changed', async () => {
  const world = await aWorld()
  await world.check()
  const first = (await world.now()).at
  world.gateway.shared = { ...world.gateway.shared, tools: { profile: 'full', deny: ['exec'] } }
  await world.check()
  const second = (await world.now()).at
  world.gateway.shared = { ...world.gateway.shared, tools: { profile: 'minimal' } }
  await world.check()
  expect(await world.outcome(first, 'exec')).toMatchObject({ outcome: 'possible', decidedBy: null })
  expect(await world.outcome(second, 'exec')).toMatchObject({ outcome: 'withheld', decidedBy: 'global' })
  expect(await world.outcome(second, 'read')).toMatchObject({ outcome: 'possible' })
  expect(await world.now()).toMatchObject({ gateway: { version: 3 }, toolPolicy: { profile: 'minimal' } })
  world.gateway.entry = { name: 'Main', model: 'a/b', tools: { profile: 'coding', deny: ['write'] } }
  await world.check()
  const now = (await world.now()).at
  expect(await world.outcome(now, 'write')).toMatchObject({ outcome: 'withheld', decidedBy: 'agent' })
  expect(await world.outcome(now, 'message')).toMatchObject({ outcome: 'withheld', decidedBy: 'profile' })
})

test('before anything shared was seen nobody says what was allowed, and what was kept before still reads', async () => {
  const world = await aWorld()
  await world.check()
  await env.DB.prepare('delete from snapshots where organization_id = ? and scope = ?')
    .bind(world.owner.organizationId, scope)
    .run()
  expect(await world.now()).toMatchObject({ config: { version: 1 }, gateway: null, toolPolicy: null })
  expect(await world.at('2020-01-01T00:00:00Z')).toMatchObject({ config: null, gateway: null, toolPolicy: null })
  expect(Page(Snapshot).parse(await (await world.get(`versions?scope=${scope}`)).json()).items).toEqual([])
  await world.check()
  expect(await world.now()).toMatchObject({ gateway: { version: 1, cause: 'first_seen' }, toolPolicy: {} })
})

test('tools of plugins are judged as they were then, whatever the gateway has now', async () => {
  const world = await aWorld()
  const tool = { label: '', description: '', source: 'plugin', optional: true, defaultProfiles: [] }
  const group = { id: 'pets', label: 'pets', source: 'plugin', pluginId: 'pets' }
  world.gateway.catalog = {
    profile: null,
    groups: [{ ...group, tools: [{ id: 'feed', ...tool, pluginId: 'pets' }] }],
    plugins: [{ id: 'pets', version: '1.2.0' }],
  }
  await world.check()
  const then = (await world.now()).at
  world.gateway.catalog = { profile: null, groups: [] }
  await world.check()
  expect(await world.outcome(then, 'feed')).toMatchObject({ pluginId: 'pets', decidedBy: null })
  expect((await world.at(then)).dependencies?.content).toMatchObject({ plugins: [{ id: 'pets', version: '1.2.0' }] })
  expect(await world.outcome((await world.now()).at, 'feed')).toBeUndefined()
})
