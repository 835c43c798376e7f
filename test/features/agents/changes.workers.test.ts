import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { AgentChange } from '../../../worker/features/agents/changes/contract.ts'
import { lapseChanges } from '../../../worker/features/agents/changes/lapse.ts'
import { AgentConfig, ConfigChanged, ConfigPreview } from '../../../worker/features/agents/config/contract.ts'
import { agentChanges } from '../../../worker/features/agents/schema.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { Link } from '../../support/connector-link.ts'
import { aManagedAgent, ManagedGateway } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const get = async <T extends z.ZodType>(schema: T, rest: string): Promise<z.infer<T>> =>
    schema.parse(await (await call(`${agent.path}${rest}`, { headers })).json())
  const send = (method: 'POST' | 'PATCH' | 'PUT', rest: string, body: unknown) =>
    call(`${agent.path}${rest}`, { method, headers, body })
  const patch = async (wanted: object, baseHash = agent.gateway.hash) =>
    send('PATCH', '/config', { patch: wanted, baseHash })
  const told = async () =>
    (await checkAuditLog(owner.organizationId)).filter(({ type }) => type.startsWith('agent.')).map(({ type }) => type)
  const changes = async () => (await get(Page(AgentChange), '/changes')).items
  return { ...agent, owner, headers, get, send, patch, told, changes }
}
const problemOf = async (answer: Response) => Problem.parse(await answer.json())

afterEach(() => {
  vi.useRealTimers()
})

test('a configuration is read live, then as it was last known, and says which', async () => {
  const world = await aWorld()
  const now = await world.get(AgentConfig, '/config')
  expect(now).toMatchObject({ entry: { name: 'Main' }, hash: world.gateway.hash, tools: { profile: 'full' } })
  expect(now.freshness).toMatchObject({ source: 'live', ageMs: 0, because: null })
  world.link.close()
  await world.link.closing()
  const known = await world.get(AgentConfig, '/config')
  expect(known).toMatchObject({ entry: now.entry, hash: now.hash })
  expect(known.freshness).toMatchObject({ source: 'last_known', at: now.freshness.at, because: 'connector_offline' })
  const never = await call(`${world.path}/skills`, { headers: world.headers })
  expect([never.status, (await problemOf(never)).code]).toEqual([503, 'unavailable'])
})

test('a gateway that does not answer is not the end of reading', async () => {
  const world = await aWorld()
  const { entry } = await world.get(AgentConfig, '/config')
  world.gateway.instead = () => 'gateway_unreachable'
  const known = await world.get(AgentConfig, '/config')
  expect([known.entry, known.freshness.because]).toEqual([entry, 'gateway_away'])
  world.gateway.instead = () => 'not_found'
  expect((await call(`${world.path}/skills`, { headers: world.headers })).status).toBe(404)
})

test('a change is previewed without being made, then made, confirmed and told once', async () => {
  const world = await aWorld()
  const { hash } = await world.get(AgentConfig, '/config')
  const patch = { heartbeat: { every: '1h' }, name: null }
  const preview = await world.send('POST', '/config/preview', { patch, baseHash: hash })
  expect(ConfigPreview.parse(await preview.json())).toMatchObject({
    conflicts: [],
    restarts: false,
    changes: [
      { path: 'heartbeat.every', kind: 'added', before: null, after: '1h', reloadKind: 'hot' },
      { path: 'name', kind: 'removed', before: 'Main', after: null },
    ],
  })
  expect(world.gateway.changes()).toEqual([])
  const made = await world.patch(patch, hash)
  const { change } = ConfigChanged.parse(await made.json())
  expect([made.status, change]).toMatchObject([
    200,
    { state: 'confirmed', touches: ['heartbeat.every', 'name'], reference: world.gateway.hash },
  ])
  expect(world.gateway.entry).toEqual({ tools: { deny: ['browser'] }, heartbeat: { every: '1h' } })
  // The connector's answer once more changes nothing and tells nothing.
  world.link.answer(change?.id ?? '', 'stale')
  expect(await world.get(AgentChange, `/changes/${change?.id}`)).toEqual(change)
  expect(await world.told()).toEqual(['agent.discovered', 'agent.change-ordered', 'agent.change-confirmed'])
  world.link.close()
})

test('a change that is there already is no change', async () => {
  const world = await aWorld()
  const answer = ConfigChanged.parse(await (await world.patch({ tools: { deny: ['browser'] } })).json())
  expect(answer).toEqual({ change: null, differences: [] })
  expect(world.gateway.changes()).toEqual([])
})

test('what others changed meanwhile stays, and the same path twice is refused with its name', async () => {
  const world = await aWorld()
  const { hash } = await world.get(AgentConfig, '/config')
  world.gateway.entry = { ...world.gateway.entry, model: 'probe/other' }
  expect((await world.patch({ name: 'Renamed' }, hash)).status).toBe(200)
  expect(world.gateway.entry).toMatchObject({ name: 'Renamed', model: 'probe/other' })
  const refused = await world.patch({ model: 'probe/mine' }, hash)
  expect([refused.status, await problemOf(refused)]).toMatchObject([
    409,
    { code: 'stale', context: { conflicts: ['model'], hash: world.gateway.hash } },
  ])
  expect(world.gateway.entry).toMatchObject({ model: 'probe/other' })
  expect((await world.patch({ name: 'X' }, 'hash-of-long-ago')).status).toBe(409)
})

test('somebody who is faster between our look and the write is seen, and the change made to what is there then', async () => {
  const world = await aWorld()
  let raced = false
  world.gateway.instead = ({ command }) => {
    if (command !== 'gateway.change' || raced) return undefined
    raced = true
    world.gateway.entry = { ...world.gateway.entry, model: 'probe/raced' }
    return 'stale'
  }
  expect((await world.patch({ name: 'Mine' })).status).toBe(200)
  expect(world.gateway.entry).toMatchObject({ name: 'Mine', model: 'probe/raced' })
  expect((await world.changes()).map(({ state }) => state)).toEqual(['confirmed', 'failed'])
})

test('secrets are neither set nor written back redacted, and bytes that are no text are not written back as one', async () => {
  const world = await aWorld()
  const before = world.gateway.entry
  for (const patch of [
    { tts: { apiKey: 'sk-something-secret' } },
    { name: '__OPENCLAW_REDACTED__' },
    { params: [{ token: 'abc' }] },
  ])
    expect((await world.patch(patch)).status).toBe(422)
  expect([world.gateway.entry, world.gateway.changes()]).toEqual([before, []])
  for (const content of ['a __OPENCLAW_REDACTED__', 'a \uFFFD'])
    expect((await world.send('PUT', '/files/AGENTS.md', { content, expectedHash: null })).status, content).toBe(422)
  expect(world.gateway.changes()).toEqual([])
  await checkAuditLog(world.owner.organizationId, ['sk-something-secret'])
})

test('what the gateway refuses is told by its reason, and nothing is half done', async () => {
  const world = await aWorld()
  const { entry } = world.gateway
  for (const [failure, status, code] of [
    ['invalid', 422, 'invalid'],
    ['gateway_refused', 409, 'conflict'],
    ['not_found', 404, 'not_found'],
    ['too_large', 413, 'too_large'],
  ] as const) {
    world.gateway.instead = ({ command }) => (command === 'gateway.change' ? failure : undefined)
    const answer = await world.patch({ name: `By ${failure}` })
    expect([failure, answer.status, (await problemOf(answer)).code]).toEqual([failure, status, code])
  }
  expect(world.gateway.entry).toEqual(entry)
  expect((await world.changes()).map(({ failure }) => failure)).toEqual([
    'too_large',
    'not_found',
    'gateway_refused',
    'invalid',
  ])
})

test('without gateway, connector or leave to change, a change is refused before anything is ordered', async () => {
  const world = await aWorld()
  const { hash } = world.gateway
  world.link.send({ kind: 'gateway', connected: false, version: null, bootId: null, detail: 'away' })
  // One that says what is there already, so that it orders nothing while the news is on its way.
  const nothing = { tools: { deny: ['browser'] } }
  await vi.waitFor(async () => expect((await world.patch(nothing, hash)).status).toBe(503), { timeout: 20_000 })
  world.link.close()
  await world.link.closing()
  expect((await problemOf(await world.patch({ name: 'X' }, hash))).context).toEqual({ because: 'connector_offline' })
  const readOnly = await aManagedAgent(world.owner, ['read'])
  const body = { patch: { name: 'X' }, baseHash: hash }
  const refused = await call(`${readOnly.path}/config`, { method: 'PATCH', headers: world.headers, body })
  expect([refused.status, (await problemOf(refused)).context]).toEqual([409, { because: 'read_only' }])
  expect(await world.changes()).toEqual([])
  expect(await world.told()).not.toContain('agent.change-ordered')
})

test('a connector that goes between doing and answering is asked again, also after an eviction, and the change ends once', async () => {
  const world = await aWorld()
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  const asked = world.patch({ name: 'Renamed' })
  await vi.waitFor(() => expect(world.gateway.changes()).toHaveLength(1), { timeout: 20_000 })
  world.link.close()
  const answer = await asked
  const { change } = ConfigChanged.parse(await answer.json())
  expect([answer.status, change?.state]).toEqual([202, 'ordered'])
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const again = await Link.welcome(world.connector.token, { groups: ['read', 'manage'] })
  const gateway = new ManagedGateway(again)
  const command = await again.next('command')
  expect(command).toMatchObject({ id: change?.id, command: 'gateway.change' })
  if (gateway.commands.length === 0) gateway.take(command)
  await vi.waitFor(
    async () => expect((await world.get(AgentChange, `/changes/${change?.id}`)).state).toBe('confirmed'),
    { timeout: 20_000 },
  )
  expect((await world.told()).filter((type) => type === 'agent.change-confirmed')).toHaveLength(1)
  again.close()
})

test('an order that nobody answers lapses by the session, and one that was never handed over by the clock', async () => {
  const world = await aWorld()
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  const asked = world.patch({ name: 'Renamed' })
  await vi.waitFor(() => expect(world.gateway.changes()).toHaveLength(1), { timeout: 20_000 })
  world.link.close()
  await asked
  const [first] = await world.changes()
  const { owner } = world
  const now = Date.now()
  const never = newId('cmd')
  await owner.ctx.db.insert(agentChanges).values({
    id: never,
    organizationId: owner.organizationId,
    agentId: world.id,
    connectorId: world.connector.id,
    kind: 'config',
    state: 'ordered',
    touches: ['name'],
    orderedById: owner.userId,
    orderedByName: '',
    orderedAt: now,
    deadline: now + 120_000,
  })
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(now + 130_000)
  await runDurableObjectAlarm(world.connector.session)
  await lapseChanges({ ...owner.ctx, now: () => new Date(now + 130_000) })
  expect(await world.changes()).toMatchObject([
    { id: never, state: 'ordered' },
    { id: first?.id, state: 'lapsed' },
  ])
  const later = { ...owner.ctx, now: () => new Date(now + 200_000) }
  await lapseChanges(later)
  await lapseChanges(later)
  vi.useRealTimers()
  expect((await world.changes()).map(({ state, failure }) => [state, failure])).toEqual([
    ['lapsed', 'expired'],
    ['lapsed', 'expired'],
  ])
  expect((await world.told()).filter((type) => type === 'agent.change-failed')).toHaveLength(2)
})

test('who may only look changes nothing, and a foreign agent is one that does not exist', async () => {
  const world = await aWorld()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const stranger = await (await anOrganization()).authorization()
  const patch = { patch: { name: 'X' }, baseHash: world.gateway.hash }
  const put = { content: 'x', expectedHash: null }
  for (const [method, rest, body] of [
    ['PATCH', '/config', patch],
    ['POST', '/config/preview', patch],
    ['PUT', '/files/AGENTS.md', put],
    ['POST', '/disable', {}],
    ['POST', '/enable', {}],
    ['POST', '/cron', { name: 'x', schedule: { kind: 'every', everyMs: 60_000 }, message: 'x' }],
    ['POST', '/sync', undefined],
    ['POST', '/test', undefined],
  ] as const) {
    expect([rest, (await call(`${world.path}${rest}`, { method, body, headers: viewer })).status]).toEqual([rest, 403])
    expect([rest, (await call(`${world.path}${rest}`, { method, body, headers: stranger })).status]).toEqual([
      rest,
      404,
    ])
  }
  for (const rest of [
    '/config',
    '/tools',
    '/skills',
    '/channels',
    '/files',
    '/sessions',
    '/models',
    '/cron',
    '/memory',
    '/changes',
  ])
    expect([rest, (await call(`${world.path}${rest}`, { headers: stranger })).status]).toEqual([rest, 404])
  expect((await call(`${world.path}/files/AGENTS.md`, { headers: viewer })).status).toBe(403)
  expect(world.gateway.commands).toEqual([])
  await checkAuditLog(world.owner.organizationId)
})
