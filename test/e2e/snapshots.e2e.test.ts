import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AgentChange } from '../../worker/features/agents/changes/contract.ts'
import { AgentEffective } from '../../worker/features/agents/explain/api/contract.ts'
import { Tools } from '../../worker/features/connectors/link/questions/contract.ts'
import {
  AgentDrift,
  AgentStateAt,
  RollbackPreview,
  RolledBack,
  Snapshot,
  VersionsDiff,
} from '../../worker/features/snapshots/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { until } from '../support/product/client.ts'

/** What somebody changes by hand at the real gateway is found, shown and put back. */

const laboratory = aLaboratory({ agent: 'Scout', groups: ['read', 'approvals', 'manage'], isProxied: true })

const pathOf = (rest: string) => `/agents/${laboratory.agent.id}${rest}`
const check = async (scope = 'agent_config') =>
  (await laboratory.client.post(AgentDrift, pathOf('/drift-check'), {})).scopes.find((each) => each.scope === scope)
/** The drift of a scope, once it is seen. */
const drifted = (scope: string) =>
  until(`the drift of ${scope}`, async () => {
    const found = await check(scope)
    return found?.drifted ? found : undefined
  })
const previewed = (scope: string, version: number) =>
  laboratory.client.post(RollbackPreview, pathOf('/rollback/preview'), { scope, version })
const newest = async (scope: string) =>
  (await laboratory.client.get(PageOf(Snapshot), pathOf(`/versions?scope=${scope}&limit=1`))).items[0]
const rollBack = async (scope: string, version: number) => {
  const { digest } = await laboratory.client.post(RollbackPreview, pathOf('/rollback/preview'), { scope, version })
  return laboratory.client.post(RolledBack, pathOf('/rollback'), { scope, version, digest })
}
const Configuration = z.object({
  hash: z.string(),
  sourceConfig: z.object({
    agents: z.object({ entries: z.record(z.string(), z.unknown()) }),
    bindings: z.array(z.record(z.string(), z.unknown())).optional(),
  }),
})
const Told = z.object({ tools: Tools })
const atGateway = async () => Configuration.parse(await laboratory.operator.call('config.get', {}))

test('changed by hand at the gateway, it is drift, and put back it is the version by hash', async ({ skip }) => {
  laboratory.needs(skip)
  expect(await check()).toMatchObject({ drifted: false, trusted: { version: 1, cause: 'first_seen' } })
  const before = await atGateway()
  const raw = JSON.stringify({ agents: { entries: { scout: { name: 'Tampered', tools: { deny: ['read'] } } } } })
  await laboratory.operator.call('config.patch', { raw, baseHash: before.hash })
  const drift = await drifted('agent_config')
  expect(drift.changes.map(({ path }) => path).sort()).toEqual(['name', 'tools.deny'])
  const preview = await laboratory.client.post(RollbackPreview, pathOf('/rollback/preview'), { version: 1 })
  expect(preview).toMatchObject({ exact: true, needsApproval: false })
  const done = await laboratory.client.post(RolledBack, pathOf('/rollback'), { version: 1, digest: preview.digest })
  expect(done).toMatchObject({ state: 'done', verified: true, snapshot: { cause: 'rollback', restores: 1 } })
  expect(done.snapshot?.hash).toBe(preview.to.hash)
  expect((await atGateway()).sourceConfig.agents.entries.scout).toEqual(before.sourceConfig.agents.entries.scout)
  expect(await check()).toMatchObject({ drifted: false })
  const { items } = await laboratory.client.get(PageOf(Snapshot), pathOf('/versions'))
  expect(items.map(({ version, cause }) => [version, cause])).toEqual([
    [3, 'rollback'],
    [2, 'elsewhere'],
    [1, 'first_seen'],
  ])
})

test('what all agents share, changed by hand, is drift of its own, and a moment tells what was allowed then', async ({
  skip,
}) => {
  laboratory.needs(skip)
  const scope = 'gateway_config'
  const first = await check(scope)
  expect(first).toMatchObject({ drifted: false, trusted: { cause: 'first_seen', agentId: null } })
  const stateAt = (at = new Date().toISOString()) =>
    laboratory.client.get(AgentStateAt, pathOf(`/state-at?at=${encodeURIComponent(at)}`))
  const of = ({ toolPolicy }: AgentStateAt, name: string) => toolPolicy?.tools.find((tool) => tool.name === name)
  const before = await stateAt()
  expect(of(before, 'exec')).toMatchObject({ outcome: 'possible', decidedBy: null })
  const { hash: baseHash } = await atGateway()
  await laboratory.operator.call('config.patch', { raw: JSON.stringify({ tools: { deny: ['exec'] } }), baseHash })
  const drift = await drifted(scope)
  expect(drift.changes.map(({ path, category }) => [path, category])).toContainEqual(['tools.deny', 'tools'])
  expect(drift.newest).toMatchObject({ cause: 'elsewhere', author: null })
  expect(of(await stateAt(), 'exec')).toMatchObject({ outcome: 'withheld', decidedBy: 'global' })
  expect(of(await stateAt(before.at), 'exec')).toMatchObject({ outcome: 'possible' })
  // The gateway's own list of what it offers says the same of now.
  const { explanation } = await laboratory.client.get(AgentEffective, pathOf('/effective'))
  expect(explanation.tools.find(({ name }) => name === 'exec')).toMatchObject({ decidedBy: 'global' })
  await laboratory.client.post(Snapshot, pathOf('/drift/accept'), { scope, version: drift.newest?.version })
  expect(await check(scope)).toMatchObject({ drifted: false })
})

test('what it depends on has versions where somebody tells them, and the digest of its file otherwise', async ({
  skip,
}) => {
  laboratory.needs(skip)
  const folder = join(laboratory.gateway.folder, 'workspace-scout', 'skills')
  const write = (name: string, more: string) => {
    mkdirSync(join(folder, name), { recursive: true })
    const text = `---\nname: ${name}\ndescription: Looks after ${name}.\n${more}---\n\nDo it.\n`
    writeFileSync(join(folder, name, 'SKILL.md'), text)
    return createHash('sha256').update(text).digest('hex')
  }
  const digests = { versioned: write('versioned', 'version: 1.2.3\n'), plain: write('plain', '') }
  const Needs = z.object({
    skills: z.array(z.object({ key: z.string(), version: z.string().nullable(), content: z.string().nullable() })),
    plugins: z.array(z.object({ id: z.string(), version: z.string().nullable() })),
  })
  const needs = await until('the skills', async () => {
    await check('dependency_meta')
    const { dependencies } = await laboratory.client.get(
      AgentStateAt,
      pathOf(`/state-at?at=${encodeURIComponent(new Date().toISOString())}`),
    )
    const told = Needs.parse(dependencies?.content)
    return told.skills.some(({ key }) => key === 'plain') ? told : undefined
  })
  expect(needs.skills.filter(({ key }) => key === 'versioned' || key === 'plain')).toEqual([
    expect.objectContaining({ key: 'plain', version: null, content: `sha256:${digests.plain}` }),
    expect.objectContaining({ key: 'versioned', version: '1.2.3', content: `sha256:${digests.versioned}` }),
  ])
  // Those that come with the gateway say no version, and their files are read all the same.
  expect(needs.skills.every(({ content }) => /^sha256:[0-9a-f]{64}$/.test(content ?? ''))).toBe(true)
  // Its agents have no tools of plugins, but the gateway tells which versions its plugins are.
  expect(needs.plugins).toEqual([])
  const { tools } = await laboratory.client.get(Told, pathOf('/tools'))
  expect(tools.plugins?.filter(({ version }) => /^\d+\.\d+/.test(version ?? '')).length).toBeGreaterThan(0)
  const { newest: seen } = (await check('dependency_meta')) ?? {}
  await laboratory.client.post(Snapshot, pathOf('/drift/accept'), { scope: 'dependency_meta', version: seen?.version })
})

test('bindings that somebody changed go back, and those of another agent stay where they are', async ({ skip }) => {
  laboratory.needs(skip)
  const to = (agentId: string, channel: string) => ({ agentId, match: { channel } })
  const set = async (bindings: object[]) => {
    const { hash: baseHash } = await atGateway()
    await laboratory.operator.call('config.patch', {
      raw: JSON.stringify({ bindings }),
      baseHash,
      replacePaths: ['bindings'],
    })
  }
  expect(await check('bindings')).toMatchObject({ trusted: { version: 1 } })
  await set([to('scout', 'telegram'), to('main', 'discord')])
  const accepted = await drifted('bindings')
  await laboratory.client.post(Snapshot, pathOf('/drift/accept'), {
    scope: 'bindings',
    version: accepted.newest?.version,
  })
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
  laboratory.needs(skip)
  const File = z.object({ file: z.object({ content: z.string() }) })
  const set = (name: string, content: string) =>
    laboratory.operator.call('agents.files.set', { agentId: 'scout', name, content })
  const get = async (name: string) =>
    File.parse(await laboratory.operator.call('agents.files.get', { agentId: 'scout', name })).file.content
  await set('AGENTS.md', '# Scout\n\nlooks around\n')
  await set('SOUL.md', 'kind\n')
  const before = await check('workspace_bundle')
  const version = before?.newest?.version ?? 0
  await laboratory.client.post(Snapshot, pathOf('/drift/accept'), { scope: 'workspace_bundle', version })
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
  laboratory.needs(skip)
  const path = join(laboratory.gateway.folder, 'workspace-scout', 'SOUL.md')
  const [first, second] = [Buffer.from([0xff, 0xfe, 0, 1]), Buffer.from([0xff, 0xfd, 0, 1, 2])]
  const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const text = readFileSync(path)
  writeFileSync(path, first)
  const before = (await check('workspace_bundle'))?.newest?.version ?? 0
  writeFileSync(path, second)
  const { changes } = await laboratory.client.get(
    VersionsDiff,
    pathOf(`/diff?scope=workspace_bundle&from=${before}&to=live`),
  )
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
  const answer = await fetch(`${laboratory.server.url}/api/v1${pathOf(path)}`, {
    method: 'POST',
    headers: { authorization: await laboratory.client.authorization(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return Refused.parse(JSON.parse(text), { reportInput: true })
}
const patched = async (entries: object) => {
  const { hash: baseHash } = await atGateway()
  await laboratory.operator.call('config.patch', { raw: JSON.stringify({ agents: { entries } }), baseHash })
}

test('a version that this gateway rejects by now is refused with its issues, and everything stays', async ({
  skip,
}) => {
  laboratory.needs(skip)
  await laboratory.operator.call('agents.create', {
    name: 'Other',
    workspace: join(laboratory.gateway.folder, 'workspace-other'),
  })
  const own = z.object({ agentDir: z.string() }).parse((await atGateway()).sourceConfig.agents.entries.scout).agentDir
  const [taken, free] = [join(laboratory.gateway.folder, 'state', 'taken'), own]
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
  laboratory.needs(skip)
  const path = join(laboratory.gateway.folder, 'openclaw.json')
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
  laboratory.needs(skip)
  const wanted = await newest('agent_config')
  const entry = (await atGateway()).sourceConfig.agents.entries.scout
  const raw = JSON.stringify({ agents: { entries: { scout: { name: 'Changed again' } } } })
  await laboratory.operator.call('config.patch', { raw, baseHash: (await atGateway()).hash })
  await drifted('agent_config')
  const { digest, live } = await previewed('agent_config', wanted?.version ?? 0)
  const lost = laboratory.proxy.lose('answer', 'config.patch')
  const asked = laboratory.client.post(RolledBack, pathOf('/rollback'), { version: wanted?.version, digest })
  await lost
  await laboratory.restart()
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
  laboratory.needs(skip)
  const scope = 'workspace_bundle'
  const names = ['AGENTS.md', 'SOUL.md']
  const put = (name: string, content: string) =>
    laboratory.operator.call('agents.files.set', { agentId: 'scout', name, content })
  const read = (name: string) => readFileSync(join(laboratory.gateway.folder, 'workspace-scout', name), 'utf8')
  for (const name of names) await put(name, 'old\n')
  const old = (await check(scope))?.newest?.version ?? 0
  for (const name of names) await put(name, 'new\n')
  const { digest, live } = await previewed(scope, old)
  const lost = laboratory.proxy.lose('request', 'agents.files.set', 2)
  const asked = laboratory.client.post(RolledBack, pathOf('/rollback'), { scope, version: old, digest })
  await lost
  await laboratory.restart()
  const answer = await asked
  expect(['done', 'under_way']).toContain(answer.state)
  // What was open is done when the gateway is back, or lapses; then what stands is what is said.
  await until('the end of the open change', async () => {
    const { state } = await laboratory.client.get(AgentChange, pathOf(`/changes/${answer.change?.id}`))
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
