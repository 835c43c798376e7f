import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { AgentChange } from '../../worker/features/agents/changes/contract.ts'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import {
  AgentDrift,
  RollbackPreview,
  RolledBack,
  Snapshot,
  VersionsDiff,
} from '../../worker/features/snapshots/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { type GatewayProxy, startGatewayProxy } from '../support/openclaw/proxy.ts'
import { type Client, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'

/** What somebody changes by hand at the real gateway is found, shown and put back. */

let missing: string | null = null
let server: Server
let client: Client
let model: StubModel
let gateway: Gateway
let proxy: GatewayProxy
let operator: Operator
let connector: RunningConnector
let agent: Agent

beforeAll(async () => {
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  try {
    const command = await installOpenClaw(console.log)
    model = await startStubModel()
    gateway = await startGateway({ command, modelUrl: model.url, ask: 'off' })
    proxy = await startGatewayProxy(gateway.url)
  } catch (error) {
    missing = `the OpenClaw gateway did not start: ${String(error).slice(0, 500)}`
    return
  }
  operator = await connectOperator(gateway.url, gateway.token)
  await operator.call('agents.create', { name: 'Scout', workspace: join(gateway.folder, 'workspace-scout') })
  const { token } = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  connector = startConnector({
    server: server.url,
    token,
    gateway: proxy.url,
    gatewayToken: gateway.token,
    groups: ['read', 'approvals', 'manage'],
  })
  agent = await until('the agent', async () =>
    (await client.get(PageOf(Agent), '/agents')).items.find(({ externalId }) => externalId === 'scout'),
  )
})

afterAll(async () => {
  operator?.close()
  if (connector) await endOf(connector.child)
  await proxy?.close()
  await gateway?.stop()
  await model?.close()
  await server?.stop()
})

const pathOf = (rest: string) => `/agents/${agent.id}${rest}`
const check = async (scope = 'agent_config') =>
  (await client.post(AgentDrift, pathOf('/drift-check'), {})).scopes.find((each) => each.scope === scope)
/** The drift of a scope, once it is seen. */
const drifted = (scope: string) =>
  until(`the drift of ${scope}`, async () => {
    const found = await check(scope)
    return found?.drifted ? found : undefined
  })
const previewed = (scope: string, version: number) =>
  client.post(RollbackPreview, pathOf('/rollback/preview'), { scope, version })
const newest = async (scope: string) =>
  (await client.get(PageOf(Snapshot), pathOf(`/versions?scope=${scope}&limit=1`))).items[0]
/** Kills the gateway and starts it on the same state; the connector finds it again by itself. */
const restarted = async () => {
  operator.close()
  await gateway.restart()
  operator = await connectOperator(gateway.url, gateway.token)
}
const rollBack = async (scope: string, version: number) => {
  const { digest } = await client.post(RollbackPreview, pathOf('/rollback/preview'), { scope, version })
  return client.post(RolledBack, pathOf('/rollback'), { scope, version, digest })
}
const Configuration = z.object({
  hash: z.string(),
  sourceConfig: z.object({
    agents: z.object({ entries: z.record(z.string(), z.unknown()) }),
    bindings: z.array(z.record(z.string(), z.unknown())).optional(),
  }),
})
const atGateway = async () => Configuration.parse(await operator.call('config.get', {}))

test('changed by hand at the gateway, it is drift, and put back it is the version by hash', async ({ skip }) => {
  if (missing) skip(missing)
  expect(await check()).toMatchObject({ drifted: false, trusted: { version: 1, cause: 'first_seen' } })
  const before = await atGateway()
  const raw = JSON.stringify({ agents: { entries: { scout: { name: 'Tampered', tools: { deny: ['read'] } } } } })
  await operator.call('config.patch', { raw, baseHash: before.hash })
  const drift = await drifted('agent_config')
  expect(drift.changes.map(({ path }) => path).sort()).toEqual(['name', 'tools.deny'])
  const preview = await client.post(RollbackPreview, pathOf('/rollback/preview'), { version: 1 })
  expect(preview).toMatchObject({ exact: true, needsApproval: false })
  const done = await client.post(RolledBack, pathOf('/rollback'), { version: 1, digest: preview.digest })
  expect(done).toMatchObject({ state: 'done', verified: true, snapshot: { cause: 'rollback', restores: 1 } })
  expect(done.snapshot?.hash).toBe(preview.to.hash)
  expect((await atGateway()).sourceConfig.agents.entries.scout).toEqual(before.sourceConfig.agents.entries.scout)
  expect(await check()).toMatchObject({ drifted: false })
  const { items } = await client.get(PageOf(Snapshot), pathOf('/versions'))
  expect(items.map(({ version, cause }) => [version, cause])).toEqual([
    [3, 'rollback'],
    [2, 'elsewhere'],
    [1, 'first_seen'],
  ])
})

test('bindings that somebody changed go back, and those of another agent stay where they are', async ({ skip }) => {
  if (missing) skip(missing)
  const to = (agentId: string, channel: string) => ({ agentId, match: { channel } })
  const set = async (bindings: object[]) => {
    const { hash: baseHash } = await atGateway()
    await operator.call('config.patch', { raw: JSON.stringify({ bindings }), baseHash, replacePaths: ['bindings'] })
  }
  expect(await check('bindings')).toMatchObject({ trusted: { version: 1 } })
  await set([to('scout', 'telegram'), to('main', 'discord')])
  const accepted = await drifted('bindings')
  await client.post(Snapshot, pathOf('/drift/accept'), { scope: 'bindings', version: accepted.newest?.version })
  await set([to('main', 'discord'), to('scout', 'slack'), to('scout', 'signal')])
  expect(await drifted('bindings')).toMatchObject({ risk: 'high', trusted: { version: 3 }, newest: { version: 4 } })
  const done = await rollBack('bindings', 3)
  expect(done).toMatchObject({
    state: 'done',
    verified: true,
    snapshot: { version: 5, cause: 'rollback', restores: 3 },
  })
  expect((await atGateway()).sourceConfig.bindings).toEqual([to('main', 'discord'), to('scout', 'telegram')])
  expect(await rollBack('bindings', 1)).toMatchObject({ state: 'done', verified: true })
  expect((await atGateway()).sourceConfig.bindings).toEqual([to('main', 'discord')])
})

test('files that somebody changed by hand go back, each by its hash', async ({ skip }) => {
  if (missing) skip(missing)
  const File = z.object({ file: z.object({ content: z.string() }) })
  const set = (name: string, content: string) => operator.call('agents.files.set', { agentId: 'scout', name, content })
  const get = async (name: string) =>
    File.parse(await operator.call('agents.files.get', { agentId: 'scout', name })).file.content
  await set('AGENTS.md', '# Scout\n\nlooks around\n')
  await set('SOUL.md', 'kind\n')
  const before = await check('workspace_bundle')
  const version = before?.newest?.version ?? 0
  await client.post(Snapshot, pathOf('/drift/accept'), { scope: 'workspace_bundle', version })
  await set('AGENTS.md', '# Scout\n\nruns wild\n')
  await set('SOUL.md', 'unkind\n')
  const drift = await drifted('workspace_bundle')
  expect(drift.changes.find(({ path }) => path === 'AGENTS.md')?.hunks?.[0]?.lines).toContain('-looks around')
  const done = await rollBack('workspace_bundle', version)
  expect(done).toMatchObject({ state: 'done', verified: true, snapshot: { cause: 'rollback', restores: version } })
  expect([await get('AGENTS.md'), await get('SOUL.md')]).toEqual(['# Scout\n\nlooks around\n', 'kind\n'])
  expect(done.snapshot?.hash).toBe(before?.newest?.hash)
  const needs = await check('dependency_meta')
  expect(needs).toMatchObject({ drifted: false, newest: { version: expect.any(Number) } })
})

test('a file that is no text is told by its digest, and is not put back as the nearest text', async ({ skip }) => {
  if (missing) skip(missing)
  const path = join(gateway.folder, 'workspace-scout', 'SOUL.md')
  const [first, second] = [Buffer.from([0xff, 0xfe, 0, 1]), Buffer.from([0xff, 0xfd, 0, 1, 2])]
  const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const text = readFileSync(path)
  writeFileSync(path, first)
  const before = (await check('workspace_bundle'))?.newest?.version ?? 0
  writeFileSync(path, second)
  const { changes } = await client.get(VersionsDiff, pathOf(`/diff?scope=workspace_bundle&from=${before}&to=live`))
  expect(changes).toMatchObject([
    {
      path: 'SOUL.md',
      before: { reason: 'not_text', sizeBytes: 4, hash: digestOf(first) },
      after: { reason: 'not_text', sizeBytes: 5, hash: digestOf(second) },
    },
  ])
  const { left, exact } = await previewed('workspace_bundle', before)
  expect([left, exact]).toEqual([[{ path: 'SOUL.md', reason: 'not_text' }], false])
  expect((await rollBack('workspace_bundle', before)).state).toBe('nothing')
  expect(readFileSync(path)).toEqual(second)
  // The text that was there before them goes back over exactly those bytes.
  expect(await rollBack('workspace_bundle', before - 1)).toMatchObject({ state: 'done', verified: true })
  expect(readFileSync(path)).toEqual(text)
})

/** What the gateway says to a rollback that it does not take. */
const Refused = z.object({ status: z.number(), code: z.string(), errors: z.array(z.object({ message: z.string() })) })
const refusal = async (path: string, body: object) => {
  const answer = await fetch(`${server.url}/api/v1${pathOf(path)}`, {
    method: 'POST',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return Refused.parse(JSON.parse(text), { reportInput: true })
}
const patched = async (entries: object) => {
  const { hash: baseHash } = await atGateway()
  await operator.call('config.patch', { raw: JSON.stringify({ agents: { entries } }), baseHash })
}

test('a version that this gateway rejects by now is refused with its issues, and everything stays', async ({
  skip,
}) => {
  if (missing) skip(missing)
  await operator.call('agents.create', { name: 'Other', workspace: join(gateway.folder, 'workspace-other') })
  const own = z.object({ agentDir: z.string() }).parse((await atGateway()).sourceConfig.agents.entries.scout).agentDir
  const [taken, free] = [join(gateway.folder, 'state', 'taken'), own]
  await patched({ scout: { agentDir: taken } })
  const then = (await drifted('agent_config')).newest?.version ?? 0
  await patched({ scout: { agentDir: free } })
  await patched({ other: { agentDir: taken } })
  await until('the entry as it was', async () => (await check())?.drifted === false)
  const before = await atGateway()
  const { changes, digest } = await previewed('agent_config', then)
  expect(changes.map(({ path }) => path)).toEqual(['agentDir'])
  const refused = await refusal('/rollback', { scope: 'agent_config', version: then, digest })
  expect([refused.status, refused.code]).toEqual([422, 'invalid'])
  expect(refused.errors.map(({ message }) => message).join()).toMatch(/agentDir/)
  expect((await atGateway()).hash).toBe(before.hash)
})

test('a configuration file that somebody breaks is no version, and the way back begins once it is mended', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const path = join(gateway.folder, 'openclaw.json')
  const good = readFileSync(path, 'utf8')
  const known = await newest('agent_config')
  writeFileSync(path, good.slice(0, good.length / 2))
  const refused = await until('the refusal', async () =>
    refusal('/rollback/preview', { version: 1 }).catch(() => undefined),
  )
  expect([refused.status, refused.code, refused.errors.length > 0]).toEqual([422, 'invalid', true])
  writeFileSync(path, good)
  // The gateway sees for itself, some time later, that its file can be read again.
  const mended = await until('the mended file', async () => check().catch(() => undefined))
  expect(mended).toMatchObject({ drifted: false, newest: { version: known?.version } })
})

test('a gateway that restarts once it has done it, before it could say so: the version is there by hash, once', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const wanted = await newest('agent_config')
  const entry = (await atGateway()).sourceConfig.agents.entries.scout
  const raw = JSON.stringify({ agents: { entries: { scout: { name: 'Changed again' } } } })
  await operator.call('config.patch', { raw, baseHash: (await atGateway()).hash })
  await drifted('agent_config')
  const { digest, live } = await previewed('agent_config', wanted?.version ?? 0)
  const lost = proxy.lose('answer', 'config.patch')
  const asked = client.post(RolledBack, pathOf('/rollback'), { version: wanted?.version, digest })
  await lost
  await restarted()
  expect(['done', 'under_way']).toContain((await asked).state)
  const back = await until('the version', async () => {
    await check().catch(() => undefined)
    const found = await newest('agent_config')
    return found?.hash === wanted?.hash ? found : undefined
  })
  expect(back).toMatchObject({ version: live.version + 1, cause: 'rollback', restores: wanted?.version })
  expect((await atGateway()).sourceConfig.agents.entries.scout).toEqual(entry)
})

test('a gateway that restarts between two files: each is whole, what is left is said, and both ways lead out', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const scope = 'workspace_bundle'
  const names = ['AGENTS.md', 'SOUL.md']
  const put = (name: string, content: string) => operator.call('agents.files.set', { agentId: 'scout', name, content })
  const read = (name: string) => readFileSync(join(gateway.folder, 'workspace-scout', name), 'utf8')
  for (const name of names) await put(name, 'old\n')
  const old = (await check(scope))?.newest?.version ?? 0
  for (const name of names) await put(name, 'new\n')
  const { digest, live } = await previewed(scope, old)
  const lost = proxy.lose('request', 'agents.files.set', 2)
  const asked = client.post(RolledBack, pathOf('/rollback'), { scope, version: old, digest })
  await lost
  await restarted()
  const answer = await asked
  expect(['done', 'under_way']).toContain(answer.state)
  // What was open is done when the gateway is back, or lapses; then what stands is what is said.
  await until('the end of the open change', async () => {
    const { state } = await client.get(AgentChange, pathOf(`/changes/${answer.change?.id}`))
    return state !== 'ordered'
  })
  const left = await previewed(scope, old)
  expect(left.changes.map(({ path }) => path)).toEqual(names.filter((name) => read(name) === 'new\n'))
  expect(left.live).toMatchObject({ version: live.version + 1, restores: old })
  expect(['done', 'nothing']).toContain((await rollBack(scope, old)).state)
  expect(names.map(read)).toEqual(['old\n', 'old\n'])
  expect(await rollBack(scope, live.version)).toMatchObject({ state: 'done', verified: true })
  expect(names.map(read)).toEqual(['new\n', 'new\n'])
})
