import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { redactText, redactTree } from '../../cli/gateway/management/redact.ts'
import type { GatewayChange } from '../../worker/features/connectors/link/changes/contract.ts'
import type { CommandGroup, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import {
  type AnswerTo,
  type GatewayAnswer,
  type GatewayQuestion,
  type QuestionName,
  sentinel,
} from '../../worker/features/connectors/link/questions/contract.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()

const isAnswerTo = <Q extends QuestionName>(answer: GatewayAnswer, question: Q): answer is AnswerTo<Q> =>
  answer.question === question

/** A connector between a cloud that asks and a gateway that answers. */
async function aWorld(groups: CommandGroup[] = ['read', 'approvals', 'manage']) {
  const [cloud, gateway, stateDir] = [await aCloud(), await aGateway({ rosterLagMs: 0 }), await aFolder()]
  const start = async () => {
    const made = await aConnector({ server: cloud.url, gateway: gateway.url, groups, stateDir })
    await until('the gateway', () => made.connector.gateway.live)
    return made
  }
  const first = await start()
  await until('the roster', () => cloud.of('gateway.roster').length > 0)
  let asked = 0
  const send = async (command: string, params: object, id = `cmd_${++asked}`): Promise<CommandResult> => {
    const before = cloud.results.length
    cloud.sendCommand({ id, command, params, deadline: inAMinute() })
    return until(
      `the answer to ${command}`,
      () => cloud.results.slice(before).find((result) => result.id === id),
      20_000,
    )
  }
  const ask = async <Q extends QuestionName>(question: Extract<GatewayQuestion, { question: Q }>) => {
    const result = await send('gateway.ask', question)
    if (!result.ok || !result.answer || !isAnswerTo(result.answer, question.question))
      throw new Error(JSON.stringify(result))
    return result.answer
  }
  const change = (params: GatewayChange, id?: string) => send('gateway.change', params, id)
  /** As the cloud does it: what found no gateway is sent again. */
  const changeOnceBack = (params: GatewayChange, id?: string) =>
    until('the gateway again', async () => {
      const result = await change(params, id)
      return result.ok || result.failure !== 'gateway_unreachable' ? result : null
    })
  const configuration = async () => (await ask({ question: 'config' })).config
  return { cloud, gateway, stateDir, first, start, send, ask, change, changeOnceBack, configuration }
}
type World = Awaited<ReturnType<typeof aWorld>>
const patchOf = async (
  world: World,
  patch: Record<string, unknown>,
  replacePaths: string[] = [],
): Promise<GatewayChange> => ({
  change: 'config.patch',
  agent: 'main',
  patch,
  replacePaths,
  baseHash: (await world.configuration()).hash,
})
const entryOf = async (world: World) => world.configuration().then(({ source }) => JSON.stringify(source.agents))

test('every question of the list is answered in the words of the link', async () => {
  const world = await aWorld()
  const { ask } = world
  world.gateway.files.write('main', 'AGENTS.md', '# Main')
  expect(await world.configuration()).toMatchObject({ valid: true, hash: expect.stringMatching(/^hmac/) })
  expect((await ask({ question: 'config.schema', path: 'gateway.port' })).node).toMatchObject({ reloadKind: 'restart' })
  const { tools } = await ask({ question: 'tools.catalog', agent: 'main' })
  expect(tools.groups.map(({ id }) => id)).toEqual(['fs', 'runtime'])
  expect(tools.plugins).toEqual([
    { id: 'clawbutler', version: '0.9.0' },
    { id: 'unversioned', version: null },
  ])
  expect((await ask({ question: 'skills', agent: 'main' })).skills).toMatchObject([
    { key: 'weather', isEligible: true, version: '1.4.0', declares: { command: 'weather', isAlways: false } },
    { key: '1password', isEligible: false, version: null, content: null, missing: { bins: ['op'] } },
  ])
  expect((await ask({ question: 'channels' })).channels).toMatchObject([{ id: 'telegram', isRunning: true }])
  const { files, isComplete } = await ask({ question: 'files.list', agent: 'main' })
  expect([files.filter(({ isMissing }) => !isMissing).map(({ name }) => name), isComplete]).toEqual([
    ['AGENTS.md'],
    true,
  ])
  const { file } = await ask({ question: 'files.get', agent: 'main', name: 'AGENTS.md' })
  expect(file).toMatchObject({ content: '# Main', redactions: 0, hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect((await ask({ question: 'sessions', agent: 'main', limit: 5 })).sessions).toEqual([])
  expect((await ask({ question: 'models', agent: 'main' })).models).toMatchObject([{ isAvailable: true }])
  const { providers, isKnown } = await ask({ question: 'models.auth', agent: 'main' })
  expect(isKnown).toBe(true)
  expect(providers).toMatchObject([
    {
      ...{ apiKey: { source: 'env', variable: 'SIMULATED_API_KEY' }, order: [expect.stringMatching(/:work$/)] },
      profiles: [{ kind: 'oauth', expiresAt: '2030-03-17T17:46:40.000Z', lastUsedAt: null, cooldownUntil: null }],
      windows: [{ usedPercent: 100 }],
    },
  ])
  expect((await ask({ question: 'cron.list', agent: 'main' })).jobs).toMatchObject([{ isManaged: true }])
  expect((await ask({ question: 'cron.runs', jobId: 'none', limit: 5, offset: 0 })).runs).toEqual([])
  expect(await ask({ question: 'memory.status', agent: 'main' })).toMatchObject({ isAvailable: false })
  const refused = [
    await world.send('gateway.ask', { question: 'files.list', agent: 'nobody' }),
    await world.send('gateway.ask', { question: 'tools.effective', agent: 'main', sessionKey: 'agent:main:none' }),
    await world.send('gateway.ask', { question: 'config.schema', path: 'nope.nope' }),
    await world.send('gateway.ask', { question: 'files.get', agent: 'main', name: '../../etc/passwd' }),
  ]
  expect(refused.map((result) => !result.ok && result.failure)).toEqual([
    'not_found',
    'not_found',
    'not_found',
    'unsupported',
  ])
  expect(world.cloud.faults).toEqual([])
})

test('a change is made once however often its command comes, also to a connector that died before it answered', async () => {
  const world = await aWorld()
  const patch = await patchOf(world, { heartbeat: { every: '1h' } })
  world.gateway.breaksAfter.add('config.patch')
  world.cloud.sendCommand({ id: 'cmd_once', command: 'gateway.change', params: patch, deadline: inAMinute() })
  await until('the change to be made', () => JSON.stringify(world.gateway.roster.source(0)).includes('"1h"'))
  await world.first.stop()
  await world.start()
  const again = await world.change(patch, 'cmd_once')
  expect(again).toMatchObject({ ok: true, done: { wasAlready: true, after: expect.stringMatching(/^[0-9a-f]{64}$/) } })
  expect(await world.change(patch, 'cmd_once')).toEqual(again)
  expect(await entryOf(world)).toContain('"every":"1h"')
})

test('a patch on another configuration is stale, unless it holds there already', async () => {
  const world = await aWorld()
  const first = await patchOf(world, { name: 'One' })
  const second = await patchOf(world, { name: 'Two' })
  expect(await world.change(first)).toMatchObject({ ok: true, done: { wasAlready: false } })
  expect(await world.change(second)).toMatchObject({ ok: false, failure: 'stale' })
  expect(await world.change({ ...first })).toMatchObject({ ok: true, done: { wasAlready: true } })
  expect(await entryOf(world)).toContain('"name":"One"')
})

test('while the gateway is busy with a change it is waited for, made once, and everything else goes on', async () => {
  const world = await aWorld()
  const patch = await patchOf(world, { name: 'One' })
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked = 0
  world.gateway.busyWith.set('config.patch', () => {
    asked += 1
    return promise
  })
  const changed = world.change(patch, 'cmd_busy')
  await until('the gateway to have it', () => asked === 1)
  // The cloud asks again in between, as it does when it hears nothing.
  const again = world.change(patch, 'cmd_busy')
  expect((await world.ask({ question: 'channels' })).channels).toHaveLength(1)
  resolve()
  expect(await changed).toMatchObject({ ok: true, done: { wasAlready: false } })
  expect(await again).toMatchObject({ ok: true })
  expect(asked).toBe(1)
})

test('lists lose items only where that is said, and what the gateway refuses comes with its issues', async () => {
  const world = await aWorld()
  await world.change(await patchOf(world, { tools: { deny: ['browser', 'canvas'] } }))
  const shorter = { tools: { deny: ['browser'] } }
  expect(await world.change(await patchOf(world, shorter))).toMatchObject({ ok: false, failure: 'gateway_refused' })
  expect(await world.change(await patchOf(world, shorter, ['tools.deny']))).toMatchObject({ ok: true })
  expect(await world.change(await patchOf(world, { bogus: 1 }))).toMatchObject({
    ok: false,
    failure: 'invalid',
    issues: [{ path: 'agents.entries.main', message: 'Unrecognized key: "bogus"' }],
  })
  const ghost = { ...(await patchOf(world, { name: 'Ghost' })), agent: 'ghost' }
  expect(await world.change(ghost)).toMatchObject({ ok: false, failure: 'not_found' })
  expect(await world.change(await patchOf(world, { tts: { apiKey: sentinel } }))).toMatchObject({
    ok: false,
    failure: 'gateway_refused',
  })
})

test('a file takes the place of what was read, and of nothing else', async () => {
  const world = await aWorld()
  const put = (content: string, expectedHash: string | null, name = 'SOUL.md') =>
    world.change({ change: 'file.put', agent: 'main', name, content, expectedHash })
  world.gateway.breaksAfter.add('agents.files.set')
  const first = await put('calm', null)
  expect(first).toMatchObject({ ok: false, failure: 'gateway_unreachable' })
  const calm = { change: 'file.put', agent: 'main', name: 'SOUL.md', content: 'calm', expectedHash: null } as const
  const done = await world.changeOnceBack(calm)
  expect(done).toMatchObject({ ok: true, done: { wasAlready: true } })
  const hash = done.ok ? (done.done?.after ?? null) : null
  expect(await put('other', null)).toMatchObject({ ok: false, failure: 'stale' })
  expect(await put('louder', hash)).toMatchObject({ ok: true, done: { wasAlready: false, before: hash } })
  expect(await put('x', null, 'bogus.md')).toMatchObject({ ok: false, failure: 'invalid' })
  world.gateway.files.write('main', 'MEMORY.md', 'x'.repeat(200_000))
  const large = await world.send('gateway.ask', { question: 'files.get', agent: 'main', name: 'MEMORY.md' })
  expect(large).toMatchObject({ ok: false, failure: 'too_large' })
})

test('jobs are added once, changed by their revision, and run at most once', async () => {
  const world = await aWorld()
  const schedule = { kind: 'every', everyMs: 3_600_000 } as const
  const add = {
    change: 'cron.add',
    agent: 'main',
    job: { name: 'Report', schedule, message: 'hi', isEnabled: true },
  } as const
  world.gateway.breaksAfter.add('cron.add')
  expect(await world.change(add, 'cmd_add')).toMatchObject({ ok: false, failure: 'gateway_unreachable' })
  const added = await world.changeOnceBack(add, 'cmd_add')
  expect(added).toMatchObject({ ok: true, done: { wasAlready: true } })
  const jobId = added.ok ? (added.done?.jobId ?? '') : ''
  const jobs = async () => (await world.ask({ question: 'cron.list', agent: 'main' })).jobs
  const [managed, ours] = await jobs()
  expect([(await jobs()).length, ours]).toMatchObject([2, { id: jobId, isManaged: false, name: 'Report' }])
  const update = {
    change: 'cron.update',
    jobId,
    patch: { name: 'Daily' },
    expectedRevision: ours?.revision ?? '',
  } as const
  expect(await world.change(update)).toMatchObject({ ok: true })
  expect(await world.change({ ...update })).toMatchObject({ ok: true, done: { wasAlready: true } })
  expect(await world.change({ ...update, patch: { name: 'Weekly' } })).toMatchObject({ ok: false, failure: 'stale' })
  const remove = { change: 'cron.remove', jobId: managed?.id ?? '', expectedRevision: null } as const
  expect(await world.change(remove)).toMatchObject({ ok: false, failure: 'gateway_refused' })

  // Died after the gateway had started it: nobody can know, and it is not started again.
  world.gateway.breaksAfter.add('cron.run')
  expect(await world.change({ change: 'cron.run', jobId }, 'cmd_run')).toMatchObject({ failure: 'gateway_unreachable' })
  await world.first.stop()
  await world.start()
  expect(await world.change({ change: 'cron.run', jobId }, 'cmd_run')).toMatchObject({ failure: 'unknown_outcome' })
  expect(world.gateway.cron.runs).toHaveLength(1)
  expect(await world.change({ change: 'cron.run', jobId }, 'cmd_more')).toMatchObject({ ok: true })
  expect(JSON.parse(await readFile(join(world.stateDir, 'runs.json'), 'utf8'))).toHaveLength(2)
  expect(await world.change({ change: 'cron.remove', jobId, expectedRevision: null })).toMatchObject({
    ok: true,
    done: { wasAlready: false },
  })
  expect(await world.change({ change: 'cron.remove', jobId, expectedRevision: null })).toMatchObject({
    ok: true,
    done: { wasAlready: true },
  })
})

test('an agent is made once, also by a connector that died before it answered, and never in the place of another', async () => {
  const world = await aWorld()
  const create = {
    change: 'agent.create',
    agent: 'scout',
    name: 'Scout',
    workspace: '/srv/scout',
    model: null,
  } as const
  world.gateway.breaksAfter.add('agents.create')
  world.cloud.sendCommand({ id: 'cmd_make', command: 'gateway.change', params: create, deadline: inAMinute() })
  await until('the agent', () => world.gateway.roster.has('scout'))
  await world.first.stop()
  await world.start()
  expect(await world.changeOnceBack(create, 'cmd_make')).toMatchObject({
    ok: true,
    done: { wasAlready: true, reference: 'scout', after: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  expect(await world.change(create, 'cmd_other')).toMatchObject({ ok: false, failure: 'gateway_refused' })
  // The gateway makes ids of Latin letters only: the name follows once it knows the agent.
  const named = { change: 'agent.create', agent: 'zhencha', name: '侦察', workspace: null, model: 'probe/one' } as const
  expect(await world.change(named)).toMatchObject({ ok: true, done: { wasAlready: false } })
  expect(world.gateway.roster.list().agents.map(({ name }) => name)).toEqual([undefined, 'Scout', '侦察'])
  expect(await entryOf(world)).toContain('"model":"probe/one"')
})

test('an agent is deleted once with its runs ended, and the only one never', async () => {
  const world = await aWorld()
  const remove = (agent: string): GatewayChange => ({ change: 'agent.delete', agent })
  expect(await world.change(remove('main'))).toMatchObject({
    ok: false,
    failure: 'gateway_refused',
    detail: expect.stringContaining('only configured agent'),
  })
  world.gateway.roster.create('Scout')
  const run = world.gateway.runs.start({ agent: 'scout', sessionKey: 'agent:scout:main', untilAborted: true })
  expect(await world.change(remove('scout'))).toMatchObject({ ok: true, done: { wasAlready: false, after: null } })
  expect((await run.done).outcome).toBe('aborted')
  expect(world.gateway.roster.has('scout')).toBe(false)
  expect(await world.change(remove('scout'))).toMatchObject({ ok: true, done: { wasAlready: true } })
})

test('without the group nothing is changed', async () => {
  const world = await aWorld(['read', 'approvals'])
  const refused = await world.change(await patchOf(world, { name: 'X' }))
  expect(refused).toMatchObject({ ok: false, failure: 'read_only' })
  expect(await entryOf(world)).not.toContain('"X"')
})

test('no secret leaves the machine, by its name, its place, its form or because the connector knows it', async () => {
  const known = ['the-gateway-token']
  const tree = {
    tools: { web: { apiKey: 'a', maxTokens: 5, search: { api_key: 'b' } } },
    mcp: { servers: { x: { env: { ANYTHING: 'c' }, headers: { 'x-custom': 'd' }, url: 'https://user:pass@host/' } } },
    list: ['fine', 'ghp_abcdefghijklmnop', 'has the-gateway-token in it'],
    token: '',
    tokens: 'kept',
    name: 'Scout',
  }
  expect(redactTree(tree, known)).toEqual({
    tools: { web: { apiKey: sentinel, maxTokens: 5, search: { api_key: sentinel } } },
    mcp: { servers: { x: { env: { ANYTHING: sentinel }, headers: { 'x-custom': sentinel }, url: sentinel } } },
    list: ['fine', sentinel, sentinel],
    token: '',
    tokens: 'kept',
    name: 'Scout',
  })
  expect(redactText('Bearer abcdefghijklmnop and sk-abcdefghijklmnop', known)).toEqual({
    text: `${sentinel} and ${sentinel}`,
    redactions: 2,
  })
  const world = await aWorld()
  world.gateway.files.write('main', 'MEMORY.md', 'use simulated-gateway-token for it')
  const { file } = await world.ask({ question: 'files.get', agent: 'main', name: 'MEMORY.md' })
  expect(file).toMatchObject({ content: `use ${sentinel} for it`, redactions: 1 })
})

test('the bindings of one agent are replaced as a whole, and those of others stay what and where they are', async () => {
  const world = await aWorld()
  const of = (agentId: string, channel: string) => ({ agentId, match: { channel } })
  world.gateway.roster.rest = { bindings: [of('main', 'a'), of('other', 'b'), of('main', 'c'), of('other', 'd')] }
  const put = async (bindings: Record<string, unknown>[], baseHash?: string) =>
    world.change({
      change: 'bindings.put',
      agent: 'main',
      bindings,
      baseHash: baseHash ?? (await world.configuration()).hash,
    })
  const now = () => world.gateway.roster.rest.bindings
  const { hash } = await world.configuration()
  expect(await put([of('main', 'x')])).toMatchObject({ ok: true, done: { wasAlready: false } })
  expect(now()).toEqual([of('main', 'x'), of('other', 'b'), of('other', 'd')])
  expect(await put([of('main', 'x')], hash)).toMatchObject({ ok: true, done: { wasAlready: true } })
  expect(await put([of('main', 'y')], hash)).toMatchObject({ ok: false, failure: 'stale' })
  expect(await put([])).toMatchObject({ ok: true })
  expect(now()).toEqual([of('other', 'b'), of('other', 'd')])
  expect(await put([of('main', 'a'), of('main', 'c')])).toMatchObject({ ok: true })
  expect(now()).toEqual([of('other', 'b'), of('other', 'd'), of('main', 'a'), of('main', 'c')])
  expect(await put([of('other', 'z')])).toMatchObject({ ok: false, failure: 'gateway_refused' })
  world.gateway.roster.rest = { bindings: [{ ...of('other', 'b'), apiKey: 'sk-abcdefghijklmnopqrstuv' }] }
  expect(await put([of('main', 'a')])).toMatchObject({ ok: false, failure: 'gateway_refused' })
  const unknown = await world.send('gateway.change', { change: 'bindings.take', agent: 'main' })
  expect(unknown).toMatchObject({ ok: false, failure: 'unsupported' })
})
