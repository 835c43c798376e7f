import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import {
  AgentDrift,
  AgentStateAt,
  DriftedAgent,
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

test('the clock looks at each agent once behind its gateway, and forgets one that is gone', async () => {
  const world = await aWorld()
  const due = () =>
    env.DB.prepare('select due_at from snapshot_agent_checks where agent_id = ?').bind(world.id).first<number>('due_at')
  const dueNow = () =>
    env.DB.prepare('insert or replace into snapshot_agent_checks values (?, ?, 1)')
      .bind(world.id, world.owner.organizationId)
      .run()
  await dueNow()
  await checkDueAgents(world.owner.ctx, 1)
  expect(await world.versions('workspace_bundle')).toHaveLength(1)
  expect(await world.versions('dependency_meta')).toHaveLength(1)
  expect(Number(await due()) - Date.now()).toBeGreaterThan(3_600_000)
  world.gateway.files.set('AGENTS.md', 'by hand\n')
  await dueNow()
  await checkDueAgents(world.owner.ctx, 1)
  const listed = await call('/api/v1/drift', { headers: world.headers })
  expect(Page(DriftedAgent).parse(await listed.json()).items).toMatchObject([{ scope: 'workspace_bundle', changes: 1 }])
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
