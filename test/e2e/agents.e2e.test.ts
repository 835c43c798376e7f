import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AgentChange } from '../../worker/features/agents/changes/contract.ts'
import { AgentConfig, ConfigChanged, ConfigPreview } from '../../worker/features/agents/config/contract.ts'
import { Agent, AgentSync, AgentTest } from '../../worker/features/agents/contract.ts'
import { AgentFile } from '../../worker/features/agents/files/contract.ts'
import { Freshness } from '../../worker/features/agents/live/contract.ts'
import { RegisteredAgent, RemovedAgent } from '../../worker/features/agents/registry/contract.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { answers } from '../../worker/features/connectors/link/questions/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { owner, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'

/** Reading and changing agents of the real gateway: each test goes on where the one before ended. */

const lab = aLaboratory({ agent: 'Scout', groups: ['read', 'approvals', 'stop', 'manage'] })

const live = { freshness: Freshness }
const pathOf = (rest = '') => `/agents/${lab.agent.id}${rest}`
const send = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${lab.server.url}/api/v1${path}`, {
    method,
    headers: { authorization: await lab.client.authorization(), 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}
const configuration = () => lab.client.get(AgentConfig, pathOf('/config'))
const Source = z.object({
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.unknown()) }) }),
})
/** As the gateway itself tells it to somebody else. */
const entryAtGateway = async () =>
  Source.parse(await lab.operator.call('config.get', {})).sourceConfig.agents.entries.scout
const run = (...args: string[]) =>
  runCommand(['agents', ...args], {
    CLAWBUTLER_SERVER: lab.server.url,
    CLAWBUTLER_API_KEY: apiKey,
  })
let apiKey = ''

test('everything a tab shows comes from the gateway, live and without its secrets', async ({ skip }) => {
  lab.needs(skip)
  const config = await configuration()
  expect(config).toMatchObject({ freshness: { source: 'live' }, valid: true, entry: { name: 'Scout' } })
  const tools = await lab.client.get(answers['tools.catalog'].extend(live), pathOf('/tools'))
  expect(tools.tools.groups.flatMap((group) => group.tools.map(({ id }) => id))).toEqual(
    expect.arrayContaining(['read', 'write', 'exec']),
  )
  const { skills } = await lab.client.get(answers.skills.extend(live), pathOf('/skills'))
  expect(skills.length).toBeGreaterThan(10)
  expect((await lab.client.get(answers.channels.extend(live), pathOf('/channels'))).channels).toEqual([])
  const { files } = await lab.client.get(answers['files.list'].extend(live), pathOf('/files'))
  expect(files).toContainEqual(expect.objectContaining({ name: 'AGENTS.md' }))
  const { models } = await lab.client.get(answers.models.extend(live), pathOf('/models'))
  expect(models).toEqual([expect.objectContaining({ id: 'stub-1', provider: 'stub', isAvailable: true })])
  const { jobs } = await lab.client.get(answers['cron.list'].extend(live), pathOf('/cron'))
  expect(jobs.every(({ isManaged }) => isManaged)).toBe(true)
  expect((await lab.client.get(answers['memory.status'].extend(live), pathOf('/memory'))).isAvailable).toBe(false)
  const { node } = await lab.client.get(
    answers['config.schema'].extend(live),
    pathOf('/schema?path=agents.entries.*.heartbeat'),
  )
  expect(node).toMatchObject({
    reloadKind: 'hot',
    children: expect.arrayContaining([expect.objectContaining({ key: 'every' })]),
  })
  const told = JSON.stringify([config, tools, skills, files])
  for (const secret of [lab.gateway.token, 'stub-key', lab.token]) expect(told).not.toContain(secret)
})

test('a change is previewed, made, read back, and stands at the gateway', async ({ skip }) => {
  lab.needs(skip)
  const { hash } = await configuration()
  const patch = { tools: { deny: ['browser', 'canvas'] }, heartbeat: { every: '45m' } }
  const preview = await lab.client.post(ConfigPreview, pathOf('/config/preview'), { patch, baseHash: hash })
  expect(preview).toMatchObject({
    hash,
    restarts: false,
    conflicts: [],
    changes: [
      { path: 'heartbeat.every', kind: 'added', after: '45m', reloadKind: 'hot' },
      { path: 'tools.deny', kind: 'added', after: ['browser', 'canvas'], reloadKind: 'hot' },
    ],
  })
  const made = await send('PATCH', pathOf('/config'), { patch, baseHash: hash })
  expect(made.status).toBe(200)
  const { change } = ConfigChanged.parse(made.body)
  expect(change).toMatchObject({ state: 'confirmed', kind: 'config' })
  expect(await entryAtGateway()).toMatchObject(patch)
  expect(await configuration()).toMatchObject({ hash: change?.reference, entry: patch })
  // A list that loses an item is named to the gateway, which would refuse it otherwise.
  const shorter = { patch: { tools: { deny: ['browser'] } }, baseHash: change?.reference }
  expect((await send('PATCH', pathOf('/config'), shorter)).status).toBe(200)
  expect(await entryAtGateway()).toMatchObject({ tools: { deny: ['browser'] }, heartbeat: { every: '45m' } })
})

test('a change on an older configuration is made when it touches nothing that changed, and refused when it does', async ({
  skip,
}) => {
  lab.needs(skip)
  const before = await configuration()
  const fresh = async () => z.object({ hash: z.string() }).parse(await lab.operator.call('config.get', {})).hash
  const others = { agents: { entries: { scout: { tools: { profile: 'coding' } } } } }
  await lab.operator.call('config.patch', { raw: JSON.stringify(others), baseHash: await fresh() })
  const kept = await send('PATCH', pathOf('/config'), { patch: { heartbeat: null }, baseHash: before.hash })
  expect(kept.status).toBe(200)
  expect(await entryAtGateway()).toMatchObject({ tools: { deny: ['browser'], profile: 'coding' } })
  expect(await entryAtGateway()).not.toHaveProperty('heartbeat')
  const refused = await send('PATCH', pathOf('/config'), {
    patch: { tools: { profile: 'minimal' } },
    baseHash: before.hash,
  })
  expect([refused.status, refused.body]).toMatchObject([
    409,
    { code: 'stale', context: { conflicts: ['tools.profile'] } },
  ])
  expect(await entryAtGateway()).toMatchObject({ tools: { profile: 'coding' } })
})

test("what the gateway would not take comes back with the gateway's words at its path", async ({ skip }) => {
  lab.needs(skip)
  const { hash, entry } = await configuration()
  const invalid = await send('PATCH', pathOf('/config'), { patch: { bogus: 1 }, baseHash: hash })
  expect(invalid.status).toBe(422)
  expect(JSON.stringify(invalid.body)).toContain('Unrecognized key')
  const redacted = { patch: { tts: { apiKey: '__OPENCLAW_REDACTED__' } }, baseHash: hash }
  expect((await send('PATCH', pathOf('/config'), redacted)).status).toBe(422)
  expect((await configuration()).entry).toEqual(entry)
})

test('a file is written, read back, and protected against whoever wrote meanwhile', async ({ skip }) => {
  lab.needs(skip)
  const path = pathOf('/files/AGENTS.md')
  const content = '# Scout\n\nLooks around. 看一看。\n'
  const first = await send('PUT', path, { content, expectedHash: null })
  expect(first.status).toBe(200)
  const onDisk = join(lab.gateway.folder, 'workspace-scout', 'AGENTS.md')
  expect(readFileSync(onDisk, 'utf8')).toBe(content)
  const file = await lab.client.get(AgentFile, path)
  expect(file).toMatchObject({ content, isMissing: false, redactions: 0, freshness: { source: 'live' } })
  writeFileSync(onDisk, 'by somebody else, with sk-abcdefghijklmnopqrstuv in it')
  expect((await send('PUT', path, { content: 'x', expectedHash: file.hash })).body).toMatchObject({ code: 'stale' })
  const changed = await lab.client.get(AgentFile, path)
  expect(changed).toMatchObject({ redactions: 1, content: 'by somebody else, with __OPENCLAW_REDACTED__ in it' })
  expect((await send('PUT', path, { content: changed.content, expectedHash: changed.hash })).status).toBe(422)
  expect((await send('PUT', path, { content: 'anew', expectedHash: changed.hash })).status).toBe(200)
  expect(readFileSync(onDisk, 'utf8')).toBe('anew')
  expect((await send('PUT', pathOf('/files/bogus.md'), { content: 'x', expectedHash: null })).status).toBe(422)
})

test('a job is added, changed, run once and removed', async ({ skip }) => {
  lab.needs(skip)
  const job = {
    name: 'Report',
    schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'UTC' },
    message: 'hello',
    isEnabled: false,
  }
  const added = AgentChange.parse((await send('POST', pathOf('/cron'), job)).body)
  expect(added).toMatchObject({ state: 'confirmed', kind: 'cron_add' })
  const jobs = async () => (await lab.client.get(answers['cron.list'].extend(live), pathOf('/cron'))).jobs
  const ours = (await jobs()).find(({ id }) => id === added.jobId)
  expect(ours).toMatchObject({ name: 'Report', isManaged: false, isEnabled: false, payload: { message: 'hello' } })
  const path = pathOf(`/cron/${added.jobId}`)
  const renamed = await send('PATCH', path, { name: 'Daily', message: 'hi', expectedRevision: ours?.revision })
  expect(renamed.body).toMatchObject({ state: 'confirmed' })
  expect((await send('PATCH', path, { name: 'Other', expectedRevision: ours?.revision })).body).toMatchObject({
    code: 'stale',
  })
  expect((await send('POST', `${path}/run`, {})).body).toMatchObject({ state: 'confirmed' })
  const runs = answers['cron.runs'].extend(live)
  await until('the run', async () => (await lab.client.get(runs, `${path}/runs`)).runs.length === 1, 110_000)
  const managed = (await jobs()).find(({ isManaged }) => isManaged)
  expect((await send('DELETE', pathOf(`/cron/${managed?.id}`), {})).status).toBe(409)
  expect((await send('DELETE', path, {})).body).toMatchObject({ state: 'confirmed' })
  expect((await jobs()).some(({ id }) => id === added.jobId)).toBe(false)
})

test('an agent is made at the gateway and taken out of it again, and its files stay', async ({ skip }) => {
  lab.needs(skip)
  const workspace = join(lab.gateway.folder, 'workspace-zhencha')
  const wanted = {
    connectorId: lab.agent.connectorId,
    name: '侦察员',
    externalId: 'zhencha',
    workspace,
    model: 'stub/stub-1',
  }
  const startedAt = Date.now()
  const made = await send('POST', '/agents', wanted)
  const { change, agent: found } = RegisteredAgent.parse(made.body)
  console.log(`registered in ${Date.now() - startedAt} ms, answered ${made.status}`)
  expect(change).toMatchObject({ kind: 'create', state: 'confirmed', reference: 'zhencha' })
  // A roster from between the two steps of making it may know the agent without its name or model.
  const one = await until('the agent in the registry', async () =>
    (await lab.client.get(PageOf(Agent), '/agents?query=zhencha')).items.find(
      ({ state, name, model }) => state === 'active' && name === wanted.name && model === wanted.model,
    ),
  )
  expect([found?.id ?? change.agentId, one]).toMatchObject([
    one.id,
    { id: change.agentId, name: '侦察员', workspace, model: 'stub/stub-1' },
  ])
  const Entries = z.object({
    sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.unknown()) }) }),
  })
  const entries = async () => Entries.parse(await lab.operator.call('config.get', {})).sourceConfig.agents.entries
  expect((await entries()).zhencha).toMatchObject({ name: '侦察员' })
  expect((await send('POST', '/agents', wanted)).status).toBe(409)
  expect((await send('DELETE', `/agents/${one.id}`, { name: 'zhencha' })).status).toBe(422)
  const removed = RemovedAgent.parse((await send('DELETE', `/agents/${one.id}`, { name: '侦察员' })).body)
  expect(removed.change).toMatchObject({ kind: 'delete', state: 'confirmed' })
  expect(await entries()).not.toHaveProperty('zhencha')
  expect(existsSync(workspace)).toBe(true)
  await until(
    'the registry to have it removed',
    async () => (await lab.client.get(Agent, `/agents/${one.id}`)).state === 'removed',
  )
  expect((await send('DELETE', `/agents/${one.id}`, { name: '侦察员' })).body).toEqual({ change: null, agent: null })
  const reserved = await send('POST', '/agents', { ...wanted, name: 'openclaw', externalId: 'openclaw' })
  expect([reserved.status, JSON.stringify(reserved.body)]).toEqual([409, expect.stringContaining('reserved')])
})

test('disabling denies all tools, and enabling puts back exactly what was there', async ({ skip }) => {
  lab.needs(skip)
  const before = await configuration()
  const disabled = Agent.parse((await send('POST', pathOf('/disable'), { reason: 'a test' })).body)
  expect(disabled).toMatchObject({ control: 'disabled', disabledReason: 'a test' })
  expect(await entryAtGateway()).toMatchObject({ tools: { deny: ['*'] }, heartbeat: { every: '0m' } })
  expect(Agent.parse((await send('POST', pathOf('/enable'), {})).body)).toMatchObject({ control: 'enabled' })
  const after = await configuration()
  expect([after.entry, after.hash]).toEqual([before.entry, before.hash])
})

test('the command line reads and changes the same', async ({ skip }) => {
  lab.needs(skip)
  const ApiKey = z.object({ secret: z.string() }).or(z.object({ key: z.string() }))
  const created = ApiKey.parse(
    (await send('POST', '/api-keys', { name: 'e2e', scopes: ['agents.read', 'agents.write'] })).body,
  )
  apiKey = 'secret' in created ? created.secret : created.key
  expect((await run('list')).stdout).toContain('Scout')
  const set = await run('config', 'set', lab.agent.id, 'tools.profile', 'minimal', '--yes')
  expect([set.code, set.stdout]).toEqual([0, expect.stringContaining('Confirmed by the gateway')])
  expect((await run('config', 'get', lab.agent.id)).stdout).toContain('"profile": "minimal"')
  const file = join(mkdtempSync(join(tmpdir(), 'clawbutler-files-')), 'SOUL.md')
  writeFileSync(file, 'calm')
  expect((await run('files', 'put', lab.agent.id, 'SOUL.md', file)).code).toBe(0)
  expect((await run('files', 'get', lab.agent.id, 'SOUL.md')).stdout).toBe('calm')
  expect((await run('files', 'list', lab.agent.id)).stdout).toContain('SOUL.md')
  for (const command of ['tools', 'skills', 'channels', 'test', 'sync'])
    expect([command, (await run(command, lab.agent.id)).code]).toEqual([command, 0])
})

test('without the gateway reads say of when they are, and changes are refused at once', async ({ skip }) => {
  lab.needs(skip)
  expect((await lab.client.post(AgentSync, pathOf('/sync'), {})).parts.every(({ ok }) => ok)).toBe(true)
  expect((await lab.client.post(AgentTest, pathOf('/test'), {})).ok).toBe(true)
  const before = await configuration()
  await lab.gateway.stop()
  await until('the gateway to be away', async () => (await configuration()).freshness.source === 'last_known')
  const known = await configuration()
  expect(known).toMatchObject({ hash: before.hash, entry: before.entry, freshness: { because: 'gateway_away' } })
  expect(known.freshness.ageMs).toBeGreaterThan(0)
  const refused = await send('PATCH', pathOf('/config'), { patch: { heartbeat: null }, baseHash: before.hash })
  expect([refused.status, refused.body]).toMatchObject([503, { code: 'unavailable' }])
})

test('each change stands in the audit with what it touched and never with what it said', async ({ skip }) => {
  lab.needs(skip)
  const { items } = await lab.client.get(PageOf(AuditEntry), '/audit/events?type=agent.&limit=200&order=oldest')
  const types = items.map(({ type }) => type)
  expect(types.filter((type) => type === 'agent.change-ordered').length).toBe(
    types.filter((type) => type === 'agent.change-confirmed' || type === 'agent.change-failed').length,
  )
  expect(items.find(({ type }) => type === 'agent.change-confirmed')?.payload).toMatchObject({
    kind: 'config',
    touches: ['heartbeat.every', 'tools.deny'],
    before: expect.stringMatching(/^[0-9a-f]{64}$/),
    after: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  const text = JSON.stringify(items)
  for (const said of ['Looks around', lab.gateway.token, 'stub-key', lab.token, owner.password])
    expect(text).not.toContain(said)
  // By itself: one id in a thousand has these letters in it.
  expect(text).not.toMatch(/\b45m\b/)
})
