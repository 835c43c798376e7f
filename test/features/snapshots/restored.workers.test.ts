import { env } from 'cloudflare:test'
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { Restore } from '../../../worker/features/artifacts/restores/contract.ts'
import { artifactRestores, artifactRestoreWrites } from '../../../worker/features/artifacts/schema.ts'
import { Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { checkDueConfigurations, checkSoon } from '../../../worker/features/snapshots/index.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent, type ManagedGateway } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const db = databaseOf(env)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const digestOf = (content: unknown) => sha256(canonicalize(content) ?? '')

const aWorld = async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const agent = await aManagedAgent(owner)
  const { gateway } = agent
  const put = (more: Partial<ManagedGateway>) => Object.assign(gateway, more)
  const read = async (more: Partial<ManagedGateway> = {}) => {
    put(more)
    expect((await call(`${agent.path}/config`, { headers })).status).toBe(200)
  }
  const readFiles = async () => expect((await post(`${agent.path}/drift-check`, {}, headers)).status).toBe(200)
  const newest = async (scope: string) => {
    const answer = await call(`${agent.path}/versions?scope=${scope}`, { headers })
    return Page(Snapshot).parse(await answer.json()).items[0]
  }
  const path = `/api/v1/connectors/${agent.connector.id}/restores`
  const begin = async (digit = 'a') => {
    const plan = {
      packageId: '6f1d2c3b-0000-4000-8000-000000000001',
      ...{
        mode: 'merge',
        sections: ['tools'],
        agents: ['main'],
        risk: 'high',
        planDigest: digit.repeat(64),
        changes: 1,
      },
    }
    const { id } = Restore.parse(await (await post(path, plan, headers)).json())
    await report(id, { state: 'started' })
    return id
  }
  const reporting = (id: string, body: object, as = headers) => post(`${path}/${id}/report`, body, as)
  const report = async (id: string, body: object) => expect((await reporting(id, body)).status).toBe(200)
  const wrote = (id: string, before: unknown, after: unknown, scope = 'agent_config') =>
    report(id, {
      state: 'wrote',
      settings: [
        { scope, agent: scope === 'gateway_config' ? null : 'main', before: digestOf(before), after: digestOf(after) },
      ],
    })
  const told = async () =>
    (await checkAuditLog(owner.organizationId)).filter(({ type }) => type === 'config.drifted').length
  await read()
  return { owner, headers, agent, gateway, put, read, readFiles, newest, begin, reporting, report, wrote, told }
}
const first = { name: 'Main', tools: { deny: ['browser'] } }
const allowed = (deny: string[]) => ({ name: 'Main', tools: { deny } })
const finished = { state: 'finished', verified: true, applied: 1 }

test('what a restore wrote is its work and its author’s, and no drift', async () => {
  const world = await aWorld()
  const id = await world.begin()
  await world.wrote(id, first, allowed(['exec']))
  await world.report(id, finished)
  await world.read({ entry: allowed(['exec']) })
  const by = { cause: 'restore', author: { id: world.owner.userId }, approvalId: null, changeId: null }
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, ...by })
  expect(await world.told()).toBe(0)
})

test('somebody else’s change is never a restore’s, whenever it is made', async () => {
  const world = await aWorld()
  const foreign = { cause: 'elsewhere', author: null }
  const id = await world.begin()
  // While it is under way, before it wrote anything.
  await world.read({ entry: allowed([]) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, ...foreign })
  // Unseen, and the restore writes upon it: the version holds both.
  await world.wrote(id, allowed(['process']), allowed(['exec']))
  await world.read({ entry: allowed(['exec']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 3, ...foreign })
  // Behind its write, before it ended.
  await world.read({ entry: allowed(['exec', 'write']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 4, ...foreign })
  await world.report(id, finished)
  // A moment after its end.
  await world.read({ shared: { agents: { defaults: {} }, tools: { profile: 'coding' } } })
  expect(await world.newest('gateway_config')).toMatchObject({ version: 2, ...foreign })
  expect(await world.told()).toBe(4)
})

test('the same step made by somebody once more is theirs', async () => {
  const world = await aWorld()
  const id = await world.begin()
  await world.wrote(id, first, allowed(['exec']))
  await world.read({ entry: allowed(['exec']) })
  await world.read({ entry: first })
  expect(await world.newest('agent_config')).toMatchObject({ version: 3, cause: 'elsewhere' })
  await world.read({ entry: allowed(['exec']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 4, cause: 'elsewhere' })
})

test('a restore that ended before the version before was seen made none of it', async () => {
  const world = await aWorld()
  const id = await world.begin()
  await world.wrote(id, first, allowed(['exec']))
  await world.report(id, finished)
  const longAgo = Date.now() - 600_000
  await db
    .update(artifactRestores)
    .set({ startedAt: longAgo, endedAt: longAgo + 1 })
    .where(eq(artifactRestores.organizationId, world.owner.organizationId))
  await world.read({ entry: allowed(['exec']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, cause: 'elsewhere' })
})

test('what was seen before the restore could tell is its as soon as it does, once', async () => {
  const world = await aWorld()
  const id = await world.begin()
  const shared = { agents: { defaults: { thinking: 'high' } }, tools: { profile: 'full' } }
  await world.read({ entry: allowed(['exec']), shared })
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, cause: 'elsewhere' })
  for (const _ of [1, 2]) {
    await world.wrote(id, first, allowed(['exec']))
    await world.wrote(id, { agents: { defaults: {} }, tools: { profile: 'full' } }, shared, 'gateway_config')
  }
  const by = { cause: 'restore', author: { id: world.owner.userId }, changes: null }
  expect(await world.newest('agent_config')).toMatchObject({ version: 3, ...by })
  expect(await world.newest('gateway_config')).toMatchObject({ version: 3, ...by })
  await world.read()
  expect(await world.newest('agent_config')).toMatchObject({ version: 3 })
})

test('while it writes settings, the minute’s look leaves its gateway due, and looks behind it', async () => {
  const world = await aWorld()
  const { id: connectorId } = world.agent.connector
  const id = await world.begin()
  await world.report(id, { state: 'progress', step: 'configuration' })
  world.put({ entry: allowed(['exec']) })
  const aMinuteOn = { ...world.owner.ctx, now: () => new Date(Date.now() + 60_000) }
  await checkSoon(world.owner.ctx, connectorId)
  await checkDueConfigurations(aMinuteOn, 1_000)
  expect(await world.newest('agent_config')).toMatchObject({ version: 1 })
  await world.wrote(id, first, allowed(['exec']))
  await world.report(id, { state: 'progress', step: 'files' })
  await checkDueConfigurations(aMinuteOn, 1_000)
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, cause: 'restore' })
  expect(await world.told()).toBe(0)
})

test('of files each that differs has to be what it wrote', async () => {
  const world = await aWorld()
  world.gateway.files = new Map([
    ['SOUL.md', 'Loud.'],
    ['USER.md', 'Somebody.'],
    ['TOOLS.md', 'None.'],
  ])
  await world.readFiles()
  const id = await world.begin()
  const files = [
    { agent: 'main', name: 'SOUL.md', sha256: sha256('Calm.') },
    { agent: 'main', name: 'USER.md', sha256: null },
  ]
  for (const _ of [1, 2]) await world.report(id, { state: 'wrote', files })
  world.gateway.files.set('SOUL.md', 'Calm.')
  await world.readFiles()
  expect(await world.newest('workspace_bundle')).toMatchObject({ version: 2, cause: 'restore' })
  world.gateway.files.delete('USER.md')
  await world.readFiles()
  expect(await world.newest('workspace_bundle')).toMatchObject({ version: 3, cause: 'restore' })
  world.gateway.files.set('SOUL.md', 'Calm!')
  await world.readFiles()
  expect(await world.newest('workspace_bundle')).toMatchObject({ version: 4, cause: 'elsewhere' })
  // One that it wrote, and beside it one that it did not.
  world.gateway.files.set('SOUL.md', 'Calm.').set('TOOLS.md', 'All.')
  await world.readFiles()
  expect(await world.newest('workspace_bundle')).toMatchObject({ version: 5, cause: 'elsewhere' })
})

test('what an agent depends on nobody writes, so it is no restore’s', async () => {
  const world = await aWorld()
  await world.readFiles()
  await world.begin()
  world.gateway.skills = ['weather']
  await world.readFiles()
  expect(await world.newest('dependency_meta')).toMatchObject({ cause: 'elsewhere' })
})

test('only who announced it tells what it wrote, while it is under way, and nothing else than digests', async () => {
  const world = await aWorld()
  const id = await world.begin()
  const body = { state: 'wrote', files: [{ agent: 'main', name: 'SOUL.md', sha256: sha256('Calm.') }] }
  const colleague = await aMember(world.owner.organizationId, 'admin')
  expect(await codeOf(await world.reporting(id, body, await colleague.authorization()))).toBe('forbidden')
  const stranger = await (await anOrganization()).authorization()
  expect(await codeOf(await world.reporting(id, body, stranger))).toBe('not_found')
  const bad = { state: 'wrote', files: [{ agent: 'main', name: 'SOUL.md', sha256: 'Calm.' }] }
  expect(await codeOf(await world.reporting(id, bad))).toBe('invalid')
  await world.report(id, finished)
  expect(await codeOf(await world.reporting(id, body))).toBe('conflict')
  const rows = await db
    .select()
    .from(artifactRestoreWrites)
    .where(eq(artifactRestoreWrites.organizationId, world.owner.organizationId))
  expect(rows).toEqual([])
})
