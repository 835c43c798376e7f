import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ConfigPreview } from '../../../worker/features/agents/config/contract.ts'
import { agents } from '../../../worker/features/agents/schema.ts'
import { KillOrder } from '../../../worker/features/kill-switch/contract.ts'
import { AgentDrift, DriftedAgent, DriftIgnores, Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

/** An agent whose gateway has been looked at, and then says something else. */
const aDriftedAgent = async (owner: Person, since: Record<string, unknown>) => {
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const read = () => call(`${agent.path}/config`, { headers })
  await read()
  agent.gateway.entry = since
  await read()
  return { ...agent, headers, read }
}

const drifted = async (owner: Person, query = '') =>
  Page(DriftedAgent).parse(await (await call(`/api/v1/drift${query}`, { headers: await owner.authorization() })).json())

test('all agents that drifted stand in one list, page by page, without those of others and what nobody minds', async () => {
  const [owner, other] = [await anOrganization(), await anOrganization()]
  const critical = await aDriftedAgent(owner, { name: 'Main', tools: { deny: ['browser'] }, sandbox: { mode: 'off' } })
  const low = await aDriftedAgent(owner, { name: 'Renamed', tools: { deny: ['browser'] } })
  await aDriftedAgent(owner, { name: 'Main', tools: { deny: ['browser'] }, meta: { lastTouchedAt: 'now' } })
  const foreign = await aDriftedAgent(other, { name: 'Other' })
  const { items, nextCursor } = await drifted(owner)
  expect(nextCursor).toBeNull()
  expect(items).toMatchObject([
    { agentId: low.id, trusted: 1, newest: 2, risk: 'low', changes: 1, categories: ['identity'] },
    { agentId: critical.id, trusted: 1, newest: 2, risk: 'critical', changes: 1, categories: ['permissions'] },
  ])
  const first = await drifted(owner, '?limit=1')
  const second = await drifted(owner, `?limit=1&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items]).toEqual(items)
  expect(second.nextCursor).toBeNull()
  const only = async (query: string) => (await drifted(owner, query)).items.map(({ agentId }) => agentId)
  expect(await only('?risk=high')).toEqual([critical.id])
  expect(await only(`?agentId=${low.id}`)).toEqual([low.id])
  expect(await only(`?connectorId=${critical.connector.id}`)).toEqual([critical.id])
  expect(await only('?scope=bindings')).toEqual([])
  expect(await only(`?agentId=${foreign.id}`)).toEqual([])
  const bad = await call('/api/v1/drift?cursor=nonsense', { headers: low.headers })
  expect(bad.status).toBe(422)
  await post(`${critical.path}/drift/accept`, { version: 2 }, critical.headers)
  expect(await only('')).toEqual([low.id])
})

test('the preview of a change says what it means, and how risky it is', async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const { hash } = await (await call(`${agent.path}/config`, { headers })).json<{ hash: string }>()
  const patch = { name: 'Other', sandbox: { mode: 'off' } }
  const answer = await post(`${agent.path}/config/preview`, { patch, baseHash: hash }, headers)
  const { meaning, changes } = ConfigPreview.parse(await answer.json())
  expect(meaning.risk).toBe('critical')
  expect(meaning.changes.map(({ path, category }) => [path, category])).toEqual([
    ['sandbox.mode', 'permissions'],
    ['name', 'identity'],
  ])
  expect(changes).toHaveLength(2)
})

test('what fits a pattern is told no more, but a permission or a secret only when its path is named letter by letter', async () => {
  const [owner, other] = [await anOrganization(), await anOrganization()]
  const entry = { name: 'Other', tools: { deny: ['browser'], exec: { mode: 'full' } }, heartbeat: { every: '1h' } }
  const world = await aDriftedAgent(owner, entry)
  const put = async (patterns: string[], version: number, headers = world.headers) =>
    call('/api/v1/drift/ignores', {
      method: 'PUT',
      headers: { ...headers, 'if-match': `"${version}"` },
      body: { patterns },
    })
  const paths = async () => {
    const drift = AgentDrift.parse(await (await call(`${world.path}/drift`, { headers: world.headers })).json())
    return drift.scopes.flatMap(({ changes }) => changes.map(({ path }) => path)).sort()
  }
  expect(await paths()).toEqual(['heartbeat.every', 'name', 'tools.exec.mode'])
  const [one, two] = await Promise.all([put(['name'], 0), put(['heart*'], 0)])
  expect([one.status, two.status].sort()).toEqual([200, 412])
  expect((await put(['name', 'heart*', 'tools', 'tools.*.mode', 'other'], 1)).status).toBe(200)
  expect(await paths()).toEqual(['tools.exec.mode'])
  expect((await drifted(owner)).items).toMatchObject([{ changes: 1, risk: 'critical' }])
  expect((await put(['name', 'heartbeat', 'tools.exec.mode'], 2)).status).toBe(200)
  expect([await paths(), (await drifted(owner)).items]).toEqual([[], []])
  const read = DriftIgnores.parse(await (await call('/api/v1/drift/ignores', { headers: world.headers })).json())
  expect(read).toMatchObject({ version: 3, patterns: ['name', 'heartbeat', 'tools.exec.mode'] })
  // What is found from now on is judged by them too.
  world.gateway.entry = { ...entry, name: 'Third' }
  await world.read()
  const told = (await checkAuditLog(owner.organizationId)).filter(({ type }) => type.startsWith('config.drift'))
  expect(told.map(({ type }) => type)).toEqual(['config.drifted', ...Array(3).fill('config.drift-ignores-changed')])
  expect((await put(['*'], 3)).status).toBe(422)
  expect((await put(['a b'], 3)).status).toBe(422)
  const operator = await (await aMember(owner.organizationId, 'operator')).authorization()
  expect((await put([], 3, operator)).status).toBe(403)
  const without = await call('/api/v1/drift/ignores', { method: 'PUT', headers: world.headers, body: { patterns: [] } })
  expect(without.status).toBe(428)
  const theirs = await call('/api/v1/drift/ignores', { headers: await other.authorization() })
  expect(DriftIgnores.parse(await theirs.json())).toMatchObject({ version: 0, patterns: [] })
})

test('what an order of the kill switch sets is named as that and no drift; what others change meanwhile is', async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner, ['read', 'manage', 'stop'])
  const headers = await owner.authorization()
  const read = () => call(`${agent.path}/config`, { headers })
  const causes = async () =>
    Page(Snapshot)
      .parse(await (await call(`${agent.path}/versions`, { headers })).json())
      .items.map(({ cause }) => cause)
  const paths = async () =>
    AgentDrift.parse(await (await call(`${agent.path}/drift`, { headers })).json()).scopes.flatMap(({ changes }) =>
      changes.map(({ path }) => path),
    )
  await read()
  const before = agent.gateway.entry
  agent.gateway.instead = ({ command }) => (command.startsWith('agents.') ? null : undefined)
  const scope = { kind: 'agent', agentId: agent.id }
  const ordered = await post('/api/v1/kill-switch/disable', { scope, reason: 'it runs wild' }, headers)
  const { id: orderId, scope: named } = KillOrder.parse(await ordered.json())
  const stopped = { ...before, tools: { deny: ['*'] }, heartbeat: { every: '0m' } }
  agent.gateway.entry = stopped
  await read()
  expect([await causes(), await paths(), (await drifted(owner)).items]).toEqual([['stopped', 'first_seen'], [], []])
  expect((await post(`${agent.path}/drift/accept`, { version: 2 }, headers)).status).toBe(409)
  agent.gateway.entry = { ...stopped, name: 'By hand' }
  await read()
  expect([await paths(), (await drifted(owner)).items]).toMatchObject([['name'], [{ changes: 1, risk: 'low' }]])
  agent.gateway.entry = stopped
  await read()
  const recovery = { orderId, name: named.name, reason: 'looked into' }
  expect((await post('/api/v1/kill-switch/recover', recovery, headers)).status).toBe(202)
  agent.gateway.entry = before
  await read()
  expect(await causes()).toEqual(['recovered', 'elsewhere', 'elsewhere', 'stopped', 'first_seen'])
  await owner.ctx.db.update(agents).set({ stopOrderId: null }).where(eq(agents.id, agent.id))
  expect([await paths(), (await drifted(owner)).items]).toEqual([[], []])
  const told = (await checkAuditLog(owner.organizationId)).filter(({ type }) => type === 'config.drifted')
  expect(told.map(({ payload }) => payload)).toMatchObject([{ paths: ['name'] }])
})
