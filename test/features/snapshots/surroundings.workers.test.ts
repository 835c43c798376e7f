import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import {
  AgentDrift,
  AgentStateAt,
  DriftedAgent,
  RollbackPreview,
  RolledBack,
  Snapshot,
  VersionsDiff,
} from '../../../worker/features/snapshots/contract.ts'
import { checkDueAgents } from '../../../worker/features/snapshots/index.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  agent.gateway.files.set('AGENTS.md', 'one\ntwo\n')
  agent.gateway.files.set('MEMORY.md', 'remembered\n')
  agent.gateway.entry = { name: 'Main', model: 'a/b' }
  agent.gateway.models = ['a/b']
  agent.gateway.skills = ['weather']
  const get = (path: string, as: Record<string, string> = headers) => call(`${agent.path}/${path}`, { headers: as })
  const versions = async (scope: string) =>
    Page(Snapshot).parse(await (await get(`versions?scope=${scope}`)).json()).items
  const check = async () => AgentDrift.parse(await (await post(`${agent.path}/drift-check`, {}, headers)).json()).scopes
  const of = async (scope: string) => (await check()).find((each) => each.scope === scope)
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { ...agent, owner, headers, get, versions, check, of, told }
}

test('files are versions with their texts, drift by line, and what the agent itself remembers is none', async () => {
  const world = await aWorld()
  await world.check()
  world.gateway.files.set('AGENTS.md', 'one\n2\n')
  world.gateway.files.set('MEMORY.md', 'remembered more\n')
  world.gateway.files.set('SOUL.md', 'the key is sk-abcdefghijklmnopqrstuv')
  const drift = await world.of('workspace_bundle')
  expect(drift).toMatchObject({ drifted: true, risk: 'high', trusted: { version: 1 }, newest: { version: 2 } })
  expect(drift?.changes.map(({ path, kind, rule }) => [path, kind, rule])).toEqual([
    ['AGENTS.md', 'changed', 'instructions'],
    ['SOUL.md', 'added', 'instructions'],
  ])
  expect(drift?.changes[0]?.hunks?.[0]?.lines).toEqual([' one', '-two', '+2'])
  expect(drift?.changes[1]?.after).toMatchObject({ reason: 'redacted', hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  const diff = VersionsDiff.parse(await (await world.get('diff?scope=workspace_bundle&from=1&to=live')).json())
  expect(diff.changes.map(({ path }) => path)).toEqual(['AGENTS.md', 'SOUL.md'])
  expect(JSON.stringify(diff)).not.toContain('sk-abc')
  expect((await world.told('config.drifted')).map(({ payload }) => payload)).toMatchObject([
    { scope: 'workspace_bundle', paths: ['AGENTS.md', 'SOUL.md'] },
  ])
})

test('a file that is written from here is a version with its author, and no drift', async () => {
  const world = await aWorld()
  await world.check()
  const { hash } = await (await world.get('files/AGENTS.md')).json<{ hash: string }>()
  const body = { content: 'written here\n', expectedHash: hash }
  const put = await call(`${world.path}/files/AGENTS.md`, { method: 'PUT', headers: world.headers, body })
  expect(put.status).toBe(200)
  expect(await world.of('workspace_bundle')).toMatchObject({ drifted: false, newest: { version: 2, cause: 'change' } })
  expect((await world.versions('workspace_bundle'))[0]).toMatchObject({ author: { id: world.owner.ctx.actor.id } })
  world.gateway.files.set('AGENTS.md', 'by hand\n')
  expect(await world.of('workspace_bundle')).toMatchObject({ drifted: true, newest: { cause: 'elsewhere' } })
})

test('a file that is no text, or too large to keep, is told by its size and digest, and nothing else is put in its place', async () => {
  const world = await aWorld()
  const { gateway } = world
  const rollback = async (version: number, path = 'rollback/preview', digest = {}) => {
    const body = { scope: 'workspace_bundle', version, ...digest }
    return (await post(`${world.path}/${path}`, body, world.headers)).json()
  }
  const [one, two] = [new Uint8Array([0xff, 0xfe, 0x00, 1]), new Uint8Array([0xff, 0xfd, 0x00, 1, 2])]
  gateway.bytes.set('TOOLS.md', one)
  gateway.files.set('SOUL.md', 'x'.repeat(97 * 1024))
  await world.check()
  gateway.bytes.set('TOOLS.md', two)
  gateway.files.set('SOUL.md', 'y'.repeat(98 * 1024))
  const drift = await world.of('workspace_bundle')
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect(drift?.changes).toMatchObject([
    {
      path: 'SOUL.md',
      before: { reason: 'too_large', hash: digest },
      after: { reason: 'too_large', hash: digest },
      hunks: null,
    },
    {
      path: 'TOOLS.md',
      before: { reason: 'not_text', sizeBytes: 4, hash: digest },
      after: { reason: 'not_text', sizeBytes: 5, hash: digest },
      hunks: null,
    },
  ])
  expect(RollbackPreview.parse(await rollback(1))).toMatchObject({
    changes: [],
    exact: false,
    left: [
      { path: 'SOUL.md', reason: 'too_large' },
      { path: 'TOOLS.md', reason: 'not_text' },
    ],
  })
  // The other way round there is a text to write, over exactly the bytes that were looked at.
  gateway.bytes.delete('TOOLS.md')
  gateway.files.set('TOOLS.md', 'text\n')
  await world.check()
  gateway.bytes.set('TOOLS.md', one)
  const preview = RollbackPreview.parse(await rollback(3))
  expect(preview.changes.map(({ path }) => path)).toEqual(['TOOLS.md'])
  const done = RolledBack.parse(await rollback(3, 'rollback', { digest: preview.digest }))
  expect(done).toMatchObject({ state: 'done', verified: true })
  expect([gateway.bytes.size, gateway.files.get('TOOLS.md')]).toEqual([0, 'text\n'])
  // There is no way back to what nobody here has the bytes of, and it is said.
  expect(RollbackPreview.parse(await rollback(4)).left).toEqual([{ path: 'TOOLS.md', reason: 'not_text' }])
})

test('of a file with hidden passages the other lines are compared, and a secret alone by its digest', async () => {
  const world = await aWorld()
  const { files } = world.gateway
  files.set('SOUL.md', 'key sk-abcdefgh\nkind\n')
  await world.check()
  files.set('SOUL.md', 'key sk-abcdefgh\nunkind\n')
  const [line] = (await world.of('workspace_bundle'))?.changes ?? []
  expect(line?.hunks?.[0]?.lines).toEqual([' key __OPENCLAW_REDACTED__', '-kind', '+unkind'])
  files.set('SOUL.md', 'key sk-ijklmnop\nkind\n')
  const [secret] = (await world.of('workspace_bundle'))?.changes ?? []
  expect(secret).toMatchObject({ path: 'SOUL.md', hunks: null, after: { reason: 'redacted' } })
})

test('a viewer sees which files differ and not what stands in them', async () => {
  const world = await aWorld()
  await world.check()
  world.gateway.files.set('AGENTS.md', 'secret plan\n')
  await world.check()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  for (const path of ['versions/1?scope=workspace_bundle', 'diff?scope=workspace_bundle&from=1&to=2'])
    expect(await codeOf(await world.get(path, viewer))).toBe('forbidden')
  const text = await (await world.get('drift', viewer)).text()
  expect(text).toContain('AGENTS.md')
  expect(text).not.toContain('secret plan')
  expect((await world.get('versions?scope=workspace_bundle', viewer)).status).toBe(200)
})

test('what an agent depends on is told with what became of it', async () => {
  const world = await aWorld()
  await world.check()
  world.gateway.models = []
  world.gateway.skills = ['weather', 'shell']
  const drift = await world.of('dependency_meta')
  expect(drift?.changes.map(({ path, kind, category }) => [path, kind, category])).toEqual([
    ['models[a/b].availability', 'changed', 'model'],
    ['skills[shell]', 'added', 'skills'],
  ])
  world.gateway.instead = ({ command, params }) =>
    command === 'gateway.ask' && params.question === 'skills' ? 'gateway_unreachable' : undefined
  world.gateway.models = ['a/b']
  expect(await world.of('dependency_meta')).toMatchObject({ newest: { version: 2 } })
})

test('another model that the configuration names is its version, and no drift of what the agent depends on', async () => {
  const world = await aWorld()
  await world.check()
  world.gateway.models = ['a/b', 'a/c']
  world.gateway.entry = { name: 'Main', model: 'a/c' }
  expect(await world.of('dependency_meta')).toMatchObject({ drifted: false, newest: { version: 2 } })
  expect((await world.told('config.drifted')).map(({ payload }) => payload)).toMatchObject([{ scope: 'agent_config' }])
  // That it goes away at the gateway is.
  world.gateway.models = ['a/b']
  expect((await world.of('dependency_meta'))?.changes.map(({ path }) => path)).toEqual(['models[a/c].availability'])
  world.gateway.entry = { name: 'Main', model: 'a/b' }
  world.gateway.skills = ['weather', 'shell']
  expect((await world.of('dependency_meta'))?.changes.map(({ path }) => path)).toEqual(['skills[shell]'])
})

test('the clock looks at each agent once behind its gateway, and forgets one that is gone', async () => {
  const world = await aWorld()
  const due = () =>
    env.DB.prepare('select due_at from snapshot_agent_checks where agent_id = ?').bind(world.id).first<number>('due_at')
  const dueNow = () =>
    env.DB.prepare('insert or replace into snapshot_agent_checks values (?, ?, 1)')
      .bind(world.id, world.owner.organizationId)
      .run()
  const remembered = () =>
    env.DB.prepare('select count(*) n from memory_versions where agent_id = ?').bind(world.id).first<number>('n')
  world.gateway.memory.set('MEMORY.md', 'it rains')
  await dueNow()
  await checkDueAgents(world.owner.ctx, 1)
  expect(await world.versions('workspace_bundle')).toHaveLength(1)
  expect(await world.versions('dependency_meta')).toHaveLength(1)
  expect(Number(await due()) - Date.now()).toBeGreaterThan(3_600_000)
  expect(await remembered()).toBe(1)
  world.gateway.files.set('AGENTS.md', 'by hand\n')
  world.gateway.memory.set('MEMORY.md', 'it rains no more')
  await dueNow()
  await checkDueAgents(world.owner.ctx, 1)
  const listed = await call('/api/v1/drift', { headers: world.headers })
  expect(Page(DriftedAgent).parse(await listed.json()).items).toMatchObject([{ scope: 'workspace_bundle', changes: 1 }])
  expect(await remembered()).toBe(2)
  const told = (await checkAuditLog(world.owner.organizationId)).filter(({ type }) => type === 'memory.changed')
  expect(told.map(({ payload }) => payload)).toMatchObject([{ path: 'MEMORY.md', changeId: null }])
  await env.DB.prepare("update agents set state = 'removed' where id = ?").bind(world.id).run()
  await dueNow()
  await checkDueAgents(world.owner.ctx, 1)
  expect(await due()).toBeNull()
})

test('the state at a moment names the files and says what the agent depended on', async () => {
  const world = await aWorld()
  await world.check()
  const at = async () => {
    const answer = await world.get(`state-at?at=${encodeURIComponent(new Date().toISOString())}`)
    return AgentStateAt.parse(await answer.json())
  }
  const first = await at()
  expect(first).toMatchObject({
    files: { version: 1, scope: 'workspace_bundle' },
    dependencies: { version: 1, content: { models: [{ id: 'a/b', availability: 'available' }] } },
  })
  expect(first.files).not.toHaveProperty('content')
})

test('a skill or a plugin of another version is drift, and versions that nobody told before are none', async () => {
  const world = await aWorld()
  const tool = { label: '', description: '', source: 'plugin', optional: false, defaultProfiles: [] }
  const group = { id: 'pets', label: 'pets', source: 'plugin', pluginId: 'pets', tools: [{ id: 'feed', ...tool }] }
  world.gateway.catalog = { profile: null, groups: [group] }
  await world.check()
  world.gateway.skillFacts = { version: '1.0.0', content: 'a'.repeat(64) }
  world.gateway.catalog = { profile: null, groups: [group], plugins: [{ id: 'pets', version: '2.0.0' }] }
  expect(await world.of('dependency_meta')).toMatchObject({
    drifted: false,
    newest: { version: 2, cause: 'first_seen', risk: null, changes: null },
  })
  world.gateway.skillFacts = { version: '1.0.0', content: 'b'.repeat(64) }
  world.gateway.catalog = { profile: null, groups: [group], plugins: [{ id: 'pets', version: '2.0.1' }] }
  const drift = await world.of('dependency_meta')
  expect(drift).toMatchObject({ drifted: true, trusted: { version: 2 }, newest: { version: 3, cause: 'elsewhere' } })
  expect(drift?.changes.map(({ path, before, after }) => [path, before, after])).toEqual([
    ['plugins[pets].version', '2.0.0', '2.0.1'],
    ['skills[weather].content', `sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`],
  ])
  // Told in more detail, but what stands there had not been accepted: it is still drift.
  world.gateway.skillFacts = { version: '1.0.1', content: 'b'.repeat(64) }
  expect(await world.of('dependency_meta')).toMatchObject({ drifted: true, newest: { cause: 'elsewhere' } })
})
