import { expect, test } from 'vitest'
import type { z } from 'zod'
import { AgentConfig } from '../../../worker/features/agents/config/contract.ts'
import { AgentEffective } from '../../../worker/features/agents/explain/api/contract.ts'
import { AgentFile } from '../../../worker/features/agents/files/contract.ts'
import { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { CreatedApiKey } from '../../../worker/features/api-keys/contract.ts'
import { answers } from '../../../worker/features/connectors/link/questions/contract.ts'
import { MemoryFiles } from '../../../worker/features/memory/contract.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { call, post } from '../../support/call.ts'
import { Link } from '../../support/connector-link.ts'
import { aCronGateway, aCronJob } from '../../support/cron-gateway.ts'
import { aGatewayAgent, aRoster, runEnded, runStarted } from '../../support/gateway-events.ts'
import { aManagedAgent, ManagedGateway } from '../../support/managed-gateway.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const reads = ['config', 'tools', 'skills', 'channels', 'files', 'sessions', 'models', 'cron', 'effective'] as const
const freshness = { freshness: Freshness }
const Told = {
  skills: answers.skills.extend(freshness),
  tools: answers['tools.catalog'].extend(freshness),
  channels: answers.channels.extend(freshness),
  models: answers.models.extend(freshness),
  files: answers['files.list'].extend(freshness),
  sessions: answers.sessions.extend(freshness),
  jobs: answers['cron.list'].extend(freshness),
  runs: answers['cron.runs'].extend(freshness),
}

const furnish = (gateway: ManagedGateway) => {
  gateway.entry = { name: 'Main', model: 'a/b', tools: { deny: ['lobster'] } }
  gateway.shared = {
    agents: { defaults: {} },
    tools: { profile: 'full' },
    channels: { defaults: {}, telegram: { accounts: { ops: { enabled: false }, work: {} } } },
  }
  gateway.models = ['a/b']
  gateway.skills = ['weather']
  gateway.skillFacts = { version: '1.2.0' }
  gateway.channels = ['telegram']
  gateway.files.set('AGENTS.md', 'be kind')
  gateway.memory.set('MEMORY.md', 'remembered')
  const lobster = { id: 'lobster', label: 'Lobster', description: 'Boils.', source: 'plugin', pluginId: 'sea' }
  const tools = [{ ...lobster, optional: false, defaultProfiles: [] }]
  gateway.catalog = { profile: null, groups: [{ id: 'sea', label: 'Sea', source: 'plugin', pluginId: 'sea', tools }] }
}

/** An agent of which only the clock's look has asked its gateway anything. */
const aLookedAt = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  furnish(agent.gateway)
  const headers = await owner.authorization()
  expect((await post(`${agent.path}/drift-check`, {}, headers)).status).toBe(200)
  return { ...agent, ...asking(agent.path, headers), owner, headers }
}

const asking = (path: string, headers: Record<string, string>) => {
  const ask = (rest: string) => call(`${path}/${rest}`, { headers })
  const get = async <T extends z.ZodType>(schema: T, rest: string): Promise<z.infer<T>> => {
    const told = await ask(rest)
    expect([rest, told.status]).toEqual([rest, 200])
    return schema.parse(await told.json())
  }
  const problem = async (rest: string) => {
    const told = await ask(rest)
    const { code, context } = Problem.parse(await told.json())
    return [told.status, code, context?.because]
  }
  return { ask, get, problem }
}

const away = async ({ link }: { link: Link }) => {
  link.close()
  await link.closing()
}
const fromVersion = { source: 'snapshot', because: 'connector_offline' }
const nothing = [503, 'unavailable', 'connector_offline']
const toolsIn = ({ tools }: z.infer<typeof Told.tools>) =>
  tools.groups.flatMap((group) => group.tools.map(({ id }) => id))

test('what nobody asked while the gateway was there is read from the newest versions, and says so', async () => {
  const world = await aLookedAt()
  await away(world)
  const skills = await world.get(Told.skills, 'skills')
  expect(skills.freshness).toMatchObject(fromVersion)
  expect(skills.skills).toMatchObject([{ key: 'weather', version: '1.2.0', isEligible: true, requires: null }])
  const tools = await world.get(Told.tools, 'tools')
  expect(tools.freshness).toMatchObject(fromVersion)
  expect(toolsIn(tools)).toEqual(expect.arrayContaining(['exec', 'lobster']))
  const channels = await world.get(Told.channels, 'channels')
  expect(channels.freshness).toMatchObject(fromVersion)
  expect(channels.channels).toMatchObject([
    {
      id: 'telegram',
      isRunning: null,
      accounts: [
        { id: 'ops', isEnabled: false },
        { id: 'work', isEnabled: null },
      ],
    },
  ])
  const models = await world.get(Told.models, 'models')
  expect(models).toMatchObject({ models: [{ id: 'b', provider: 'a', isAvailable: true }], isComplete: false })
  expect(models.freshness).toMatchObject(fromVersion)
  expect(await world.get(Told.files, 'files')).toMatchObject({
    files: [{ name: 'AGENTS.md', sizeBytes: 7 }],
    freshness: fromVersion,
  })
  expect(await world.get(AgentFile, 'files/AGENTS.md')).toMatchObject({ content: 'be kind', freshness: fromVersion })
  const config = await world.get(AgentConfig, 'config')
  expect(config).toMatchObject({ entry: world.gateway.entry, freshness: { source: 'last_known' } })
  const { explanation, freshness } = await world.get(AgentEffective, 'effective')
  expect(freshness.source).toBe('last_known')
  expect(explanation.tools.find(({ name }) => name === 'lobster')).toMatchObject({
    outcome: 'withheld',
    source: 'plugin',
  })
})

test('what only the gateway knows is told to be unknown, with the reason', async () => {
  const world = await aLookedAt()
  world.gateway.shared = {}
  expect((await post(`${world.path}/drift-check`, {}, world.headers)).status).toBe(200)
  await away(world)
  // No channel stands in the configuration, and the gateway may have some all the same.
  expect(await world.problem('channels')).toEqual(nothing)
  expect(await world.problem('sessions')).toEqual(nothing)
  expect(await world.problem('cron')).toEqual(nothing)
  expect(await world.problem('cron/none/runs')).toEqual(nothing)
  expect(await world.problem('models/auth')).toEqual(nothing)
  expect(await world.problem('tools?sessionKey=agent:main:main')).toEqual(nothing)
  expect(await world.problem('files/SOUL.md')).toEqual(nothing)
})

test('the same documents come live as soon as the gateway is back', async () => {
  const world = await aLookedAt()
  await away(world)
  const documents = async () => ({
    tools: toolsIn(await world.get(Told.tools, 'tools')).filter((id) => id === 'lobster'),
    skills: (await world.get(Told.skills, 'skills')).skills.map(({ key, version }) => [key, version]),
    channels: (await world.get(Told.channels, 'channels')).channels.map(({ id }) => id),
    files: (await world.get(Told.files, 'files')).files.map(({ name, sizeBytes }) => [name, sizeBytes]),
    file: (await world.get(AgentFile, 'files/AGENTS.md')).hash,
    entry: (await world.get(AgentConfig, 'config')).entry,
  })
  const kept = await documents()
  const link = await Link.welcome(world.connector.token, { groups: ['read', 'approvals', 'manage'] })
  furnish(new ManagedGateway(link))
  expect(await documents()).toEqual(kept)
  for (const path of ['tools', 'skills', 'channels', 'files', 'files/AGENTS.md', 'config'])
    expect((await world.get(AgentConfig.pick({ freshness: true }), path)).freshness.source).toBe('live')
  link.close()
})

test('of what it said and what a version holds the newer one is told', async () => {
  const world = await aLookedAt()
  expect(await world.get(AgentFile, 'files/AGENTS.md')).toMatchObject({ freshness: { source: 'live' } })
  world.gateway.files.set('AGENTS.md', 'be kinder')
  expect((await post(`${world.path}/drift-check`, {}, world.headers)).status).toBe(200)
  expect(await world.get(Told.skills, 'skills')).toMatchObject({ freshness: { source: 'live' } })
  await away(world)
  expect(await world.get(AgentFile, 'files/AGENTS.md')).toMatchObject({ content: 'be kinder', freshness: fromVersion })
  expect(await world.get(Told.skills, 'skills')).toMatchObject({ freshness: { source: 'last_known' } })
})

test('what is the same for all agents of a gateway is known of each, and of no other gateway', async () => {
  const world = await aLookedAt()
  await world.link.report(aRoster(aGatewayAgent('main', { name: 'Main' }), aGatewayAgent('second')))
  const { items } = await (await call('/api/v1/agents', { headers: world.headers })).json<{ items: { id: string }[] }>()
  const second = items.find(({ id }) => id !== world.id)?.id
  const other = await aManagedAgent(world.owner)
  await away(world)
  await away(other)
  const asked = asking(`/api/v1/agents/${second}`, world.headers)
  const config = await asked.get(AgentConfig, 'config')
  expect(config).toMatchObject({ entry: null, tools: { profile: 'full' }, freshness: { source: 'last_known' } })
  expect((await asked.get(Told.channels, 'channels')).channels.map(({ id }) => id)).toEqual(['telegram'])
  const elsewhere = asking(other.path, world.headers)
  for (const read of ['config', 'channels', 'effective', 'skills'])
    expect(await elsewhere.problem(read)).toEqual(nothing)
})

test('the jobs of an agent and their runs are what its gateway told by itself', async () => {
  const owner = await anOrganization()
  const jobs = [aCronJob('a', { name: 'Alpha' }), aCronJob('b', { agent: 'second' })]
  const { gateway, agentId } = await aCronGateway(owner, jobs)
  const at = new Date(Date.now() - 60_000).toISOString()
  await gateway.ran('a', { at, status: 'error', error: 'broken' }, { consecutiveErrors: 1 })
  await away(gateway)
  const { get, problem } = asking(`/api/v1/agents/${agentId}`, await owner.authorization())
  const known = await get(Told.jobs, 'cron')
  const told = gateway.jobs.get('a')
  expect(known).toMatchObject({ jobs: [{ ...told, runningSince: null }], isComplete: true })
  expect(known.freshness).toMatchObject({ source: 'recorded', because: 'connector_offline' })
  const runs = await get(Told.runs, 'cron/a/runs')
  expect(runs).toMatchObject({ runs: [{ jobId: 'a', at, status: 'error', error: 'broken' }], nextOffset: null })
  expect(runs.freshness.source).toBe('recorded')
  expect(await problem('cron/never/runs')).toEqual(nothing)
})

test('an agent without jobs is told to have none, once its gateway told all of them', async () => {
  const owner = await anOrganization()
  const { gateway, agentId } = await aCronGateway(owner, [])
  await away(gateway)
  const { get } = asking(`/api/v1/agents/${agentId}`, await owner.authorization())
  expect(await get(Told.jobs, 'cron')).toMatchObject({ jobs: [], freshness: { source: 'recorded' } })
})

test('of a gateway that never told all of its jobs those that it told are, and that there may be more', async () => {
  const world = await aLookedAt()
  const payload = { part: 1, parts: 1, isComplete: false, jobs: [aCronJob('a')] }
  await world.link.report({ key: 'jobs-1', at: new Date().toISOString(), type: 'gateway.jobs', payload })
  await away(world)
  expect(await world.get(Told.jobs, 'cron')).toMatchObject({ jobs: [{ id: 'a' }], isComplete: false })
})

test('conversations in which runs were recorded are told, the newest first', async () => {
  const world = await aLookedAt()
  const spoken = (frame: ReturnType<typeof runStarted>, sessionKey: string) => ({
    ...frame,
    payload: { ...frame.payload, sessionKey },
  })
  await world.link.report(runStarted('main', 'r1'), runEnded('main', 'r1'))
  await world.link.report(spoken(runStarted('main', 'r2'), 'agent:main:telegram:group:1'))
  await away(world)
  const known = await world.get(Told.sessions, 'sessions')
  expect(known.sessions).toMatchObject([
    { key: 'agent:main:telegram:group:1', isActive: true, label: null, totalTokens: null },
    { key: 'agent:main:main', isActive: false },
  ])
  expect(known).toMatchObject({ isComplete: false, freshness: { source: 'recorded', because: 'connector_offline' } })
  expect((await world.get(Told.sessions, 'sessions?limit=1')).sessions).toHaveLength(1)
})

test('the files of a memory that were looked at are listed, and so is that there may be more', async () => {
  const world = await aLookedAt()
  const file = 'memory/files/MEMORY.md'
  expect((await world.ask(file)).status).toBe(200)
  await away(world)
  expect(await world.get(MemoryFiles, 'memory/files')).toMatchObject({
    files: [{ path: 'MEMORY.md' }],
    isComplete: false,
    reach: null,
    freshness: fromVersion,
  })
})

test('of all that nothing is told to another organization, nor to a key that may not read agents', async () => {
  const world = await aLookedAt()
  await away(world)
  const stranger = await (await anOrganization()).authorization()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const weak = await aKey(world.owner)
  const status = async (read: string, headers: Record<string, string>) =>
    (await call(`${world.path}/${read}`, { headers })).status
  for (const read of [...reads, 'files/AGENTS.md', 'cron/a/runs', 'memory/files']) {
    expect([read, await status(read, stranger)]).toEqual([read, 404])
    expect([read, await status(read, weak)]).toEqual([read, 403])
  }
  expect(await status('files/AGENTS.md', viewer)).toBe(403)
  expect(await status('files', viewer)).toBe(200)
})

const aKey = async (owner: Person) => {
  const body = { name: 'Weak', scopes: ['approvals.read'] }
  const made = await call('/api/v1/api-keys', { method: 'POST', headers: await owner.authorization(), body })
  return { authorization: `Bearer ${CreatedApiKey.parse(await made.json()).secret}` }
}
