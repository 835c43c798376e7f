import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { AgentDrift, RollbackPreview, RolledBack, Snapshot } from '../../worker/features/snapshots/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
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
    gateway: gateway.url,
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
