import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { AgentDrift, Snapshot, SnapshotWithContent, VersionsDiff } from '../../../worker/features/snapshots/contract.ts'
import { checkDueConfigurations, checkSoon } from '../../../worker/features/snapshots/index.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const get = (path: string, as: Record<string, string> = headers) => call(`${agent.path}/${path}`, { headers: as })
  const read = () => get('config')
  const versions = async (query = '') => Page(Snapshot).parse(await (await get(`versions${query}`)).json())
  const check = async () =>
    AgentDrift.parse(await (await post(`${agent.path}/drift-check`, {}, headers)).json()).scopes[0]
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { ...agent, owner, headers, get, read, versions, check, told }
}

test('each configuration that differs is a version once, however often and by how many it is read', async () => {
  const world = await aWorld()
  await Promise.all([world.read(), world.read(), world.read()])
  world.gateway.entry = { ...world.gateway.entry, model: 'a/b' }
  await Promise.all([world.read(), world.read()])
  world.gateway.entry = { name: 'Main', tools: { deny: ['browser'] } }
  await world.read()
  const { items } = await world.versions()
  expect(items.map(({ version, cause }) => [version, cause])).toEqual([
    [3, 'elsewhere'],
    [2, 'elsewhere'],
    [1, 'first_seen'],
  ])
  expect(items[0]?.hash).toBe(items[2]?.hash)
  const first = SnapshotWithContent.parse(await (await world.get('versions/1')).json())
  expect(first.content).toEqual({ name: 'Main', tools: { deny: ['browser'] } })
  const page = await world.versions('?limit=2')
  expect((await world.versions(`?cursor=${page.nextCursor}`)).items.map(({ version }) => version)).toEqual([1])
})

test('a change that was ordered here is a version with its author, and no drift', async () => {
  const world = await aWorld()
  const hash = (await (await world.read()).json<{ hash: string }>()).hash
  const body = { patch: { model: 'a/b' }, baseHash: hash }
  await call(`${world.path}/config`, { method: 'PATCH', headers: world.headers, body })
  const [made] = (await world.versions()).items
  expect(made).toMatchObject({ version: 2, cause: 'change', author: { id: world.owner.ctx.actor.id } })
  expect(made?.changeId).toMatch(/^cmd_/)
  expect(await world.check()).toMatchObject({ drifted: false })
  // By hand the same once more is not that change.
  world.gateway.entry = { ...world.gateway.entry, model: 'a/c' }
  await world.read()
  world.gateway.entry = { ...world.gateway.entry, model: 'a/b' }
  await world.read()
  expect((await world.versions()).items[0]).toMatchObject({ version: 4, cause: 'elsewhere', author: null })
})

test('what somebody changed at the gateway is drift until it is accepted, once', async () => {
  const world = await aWorld()
  expect(await world.check()).toMatchObject({ drifted: false, trusted: { version: 1 } })
  world.gateway.entry = { name: 'Main', tools: { deny: [] }, meta: { at: 1 } }
  const drift = await world.check()
  expect(drift).toMatchObject({ drifted: true, risk: 'high', trusted: { version: 1 }, newest: { version: 2 } })
  expect(drift?.changes.map(({ path, rule }) => [path, rule])).toEqual([['tools.deny[browser]', 'tools_widened']])
  expect(drift?.since).toBe(drift?.newest?.at)
  const accept = (version: number) => post(`${world.path}/drift/accept`, { version }, world.headers)
  expect(await codeOf(await accept(1))).toBe('stale')
  expect(Snapshot.parse(await (await accept(2)).json())).toMatchObject({ version: 3, cause: 'accepted' })
  expect(Snapshot.parse(await (await accept(2)).json())).toMatchObject({ version: 3 })
  expect(await world.check()).toMatchObject({ drifted: false, trusted: { version: 3 } })
  expect((await world.told('config.drifted')).map(({ payload, risk }) => ({ payload, risk }))).toMatchObject([
    { payload: { version: 2, trusted: 1, paths: ['tools.deny[browser]'] }, risk: 'high' },
  ])
  expect(await world.told('config.drift-accepted')).toHaveLength(1)
})

test('what a gateway writes by itself is a version and no drift', async () => {
  const world = await aWorld()
  await world.read()
  world.gateway.entry = { ...world.gateway.entry, meta: { lastTouchedAt: 'now' } }
  expect(await world.check()).toMatchObject({ drifted: false, newest: { version: 2 } })
  expect(await world.told('config.drifted')).toEqual([])
})

test('a configuration file that somebody broke is no version, and nothing is put back before it is mended', async () => {
  const world = await aWorld()
  await world.read()
  world.gateway.entry = { name: 'Other' }
  await world.read()
  world.gateway.isBroken = true
  await world.read()
  const known = (await world.versions()).items
  expect(known.map(({ version }) => version)).toEqual([2, 1])
  const refused = await post(`${world.path}/rollback/preview`, { version: 1 }, world.headers)
  expect(await refused.json()).toMatchObject({
    status: 422,
    code: 'invalid',
    errors: [{ path: 'agents.entries', message: 'JSON5: unexpected end' }],
  })
  for (const path of ['drift-check', 'diff?from=1&to=live']) {
    const asked = path === 'drift-check' ? post(`${world.path}/${path}`, {}, world.headers) : world.get(path)
    expect(await codeOf(await asked)).toBe('invalid')
  }
  world.gateway.isBroken = false
  await world.read()
  expect((await world.versions()).items.map(({ version }) => version)).toEqual([2, 1])
})

test('two versions are compared, or one with what is live; a version that never was is not found', async () => {
  const world = await aWorld()
  await world.read()
  world.gateway.entry = { name: 'Main', sandbox: { mode: 'off' }, tools: { deny: ['browser'] } }
  const diff = VersionsDiff.parse(await (await world.get('diff?from=1&to=live')).json())
  expect(diff).toMatchObject({ risk: 'critical', to: { version: 2 } })
  expect(diff.changes.map(({ path }) => path)).toEqual(['sandbox.mode'])
  expect(await codeOf(await world.get('diff?from=1&to=9'))).toBe('not_found')
  expect((await world.get('diff?from=no&to=1')).status).toBe(422)
  world.link.close()
})

test('versions are of their own organization, and a viewer accepts nothing', async () => {
  const [world, other] = [await aWorld(), await anOrganization()]
  await world.read()
  const foreign = await other.authorization()
  for (const path of ['versions', 'versions/1', 'diff?from=1&to=1', 'drift'])
    expect(await codeOf(await world.get(path, foreign))).toBe('not_found')
  expect(await codeOf(await post(`${world.path}/drift/accept`, { version: 1 }, foreign))).toBe('not_found')
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  expect((await world.get('versions', viewer)).status).toBe(200)
  expect((await post(`${world.path}/drift/accept`, { version: 1 }, viewer)).status).toBe(403)
})

test('a gateway that says its configuration changed is asked by the clock, once, and nothing is lost while it is away', async () => {
  const world = await aWorld()
  await world.read()
  const { id } = world.connector
  const dueInMs = async () => {
    const query = env.DB.prepare('select due_at from snapshot_checks where connector_id = ?').bind(id)
    return Number(await query.first('due_at')) - Date.now()
  }
  const event = (key: string) => {
    const payload = { paths: [], hash: null }
    return { type: 'gateway.config-changed' as const, key, at: new Date().toISOString(), payload }
  }
  // Before everything else that is due in this database, and alone.
  const check = async () => {
    await checkSoon({ ...world.owner.ctx, now: () => new Date(1) }, id)
    await checkDueConfigurations(world.owner.ctx, 1)
  }
  world.gateway.entry = { name: 'Main', model: 'a/b' }
  await world.link.report(event('one'), event('two'))
  expect(await dueInMs()).toBeLessThanOrEqual(5_000)
  world.gateway.instead = () => 'gateway_unreachable'
  await check()
  expect((await world.versions()).items).toHaveLength(1)
  world.gateway.instead = null
  await world.link.report(event('back'))
  expect(await dueInMs()).toBeLessThanOrEqual(5_000)
  await check()
  await check()
  expect((await world.versions()).items.map(({ version, cause }) => [version, cause])).toEqual([
    [2, 'elsewhere'],
    [1, 'first_seen'],
  ])
  expect(await dueInMs()).toBeGreaterThan(3_600_000)
  expect(await world.told('config.drifted')).toHaveLength(1)
})
