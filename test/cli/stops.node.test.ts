import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { StopBook } from '../../cli/gateway/stops/book.ts'
import type { CommandGroup, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import type { StopAgents } from '../../worker/features/connectors/link/stops/contract.ts'
import { configurationOf } from '../support/gateway-simulator/configuration.ts'
import { isTree } from '../support/gateway-simulator/merge.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

const never = '9999-12-31T23:59:59.999Z'

/** A gateway with the agents main and scout, a connector that takes stops, and a cloud that orders them. */
const stopping: CommandGroup[] = ['read', 'approvals', 'stop']
async function aWorld({ plugin = false, groups = stopping, rosterLagMs = 0 } = {}) {
  const [cloud, gateway, stateDir] = [await aCloud(), await aGateway({ rosterLagMs }), await aFolder()]
  gateway.createAgent('Scout')
  if (plugin) {
    const folder = join(import.meta.dirname, '../../cli/openclaw-plugin')
    gateway.plugins.replace({ load: { paths: [folder] }, entries: { clawbutler: { enabled: true, config: {} } } })
  }
  const start = async () => {
    const made = await aConnector({ server: cloud.url, gateway: gateway.url, groups, stateDir })
    await until('the gateway', () => made.connector.gateway.live)
    return made
  }
  const first = await start()
  await until('the roster', () => cloud.of('gateway.roster').length > 0)
  let sent = 0
  const send = async (command: string, params: object): Promise<CommandResult> => {
    const id = `cmd_${++sent}`
    cloud.sendCommand({ id, command, params, deadline: never })
    return until(`the answer to ${command}`, () => cloud.results.find((result) => result.id === id))
  }
  const stop = (orderId: string, agents: string[], more: Partial<StopAgents> = {}) =>
    send('agents.stop', { orderId, isAll: false, agents, policy: 'stop_again', ...more })
  const recover = (orderId: string) => send('agents.recover', { orderId })
  const entry = (agent: string) => {
    const { agents } = configurationOf({ roster: gateway.roster, plugins: gateway.plugins, port: () => 0 }).sourceConfig
    const entries = isTree(agents) && isTree(agents.entries) ? agents.entries : {}
    return z.record(z.string(), z.unknown()).parse(entries[agent] ?? {})
  }
  const setEntry = (agent: string, change: object) => {
    gateway.roster.setEntry(agent, { ...entry(agent), ...change })
    gateway.configChanged()
  }
  const job = () => {
    const added = gateway.cron.add({
      declarationKey: `clawbutler:${++sent}`,
      name: 'watch',
      agentId: 'scout',
      schedule: { kind: 'every', everyMs: 60_000 },
      payload: { kind: 'agentTurn', message: 'look' },
    })
    return z.object({ job: z.object({ id: z.string() }) }).parse(added).job.id
  }
  const enabled = (id: string) => z.object({ enabled: z.boolean() }).parse(gateway.cron.get(id)).enabled
  const more = { send, stop, recover, entry, setEntry, job, enabled }
  return { cloud, gateway, stateDir, first, start, ...more }
}

test('a run is ended, tools and heartbeat and jobs are off, and recovering puts exactly that back', async () => {
  const world = await aWorld()
  world.setEntry('scout', { tools: { deny: ['browser'], profile: 'coding' } })
  const jobId = world.job()
  const before = world.entry('scout')
  const run = world.gateway.startRun({ agent: 'scout', untilAborted: true })
  const other = world.gateway.startRun({ agent: 'main', untilAborted: true })
  expect(await world.stop('kil_a', ['scout'])).toMatchObject({ ok: true })
  expect((await run.done).outcome).toBe('aborted')
  expect(other.outcome).toBe(null)
  other.abort()
  expect(world.entry('scout')).toMatchObject({ tools: { deny: ['*'], profile: 'coding' }, heartbeat: { every: '0m' } })
  expect(world.enabled(jobId)).toBe(false)
  const told = world.cloud.stops.get('kil_a:scout')
  expect(told).toMatchObject({ state: 'stopped', isRefused: false, record: { jobCount: 1 } })
  expect(told?.steps.map(({ step }) => step).sort()).toEqual([
    'abort',
    'approvals',
    'cron',
    'deny',
    'drain',
    'record',
    'refuse',
    'verify',
  ])
  expect(told?.steps.find(({ step }) => step === 'refuse')?.outcome).toBe('skipped')
  expect((await stat(join(world.stateDir, 'stops.json'))).mode & 0o777).toBe(0o600)
  expect(await world.recover('kil_a')).toMatchObject({ ok: true })
  expect(world.cloud.stops.get('kil_a:scout')).toMatchObject({ state: 'recovered', differs: [] })
  expect(world.entry('scout')).toEqual(before)
  expect(world.enabled(jobId)).toBe(true)
  // Said once more, and the order itself come late: nothing happens.
  expect(await world.recover('kil_a')).toMatchObject({ ok: true })
  expect(await world.stop('kil_a', ['scout'])).toMatchObject({ ok: true })
  expect(world.entry('scout')).toEqual(before)
  expect(world.cloud.faults).toEqual([])
})

test('with the plugin a new run is refused before any model is called, also over a restart of the gateway', async () => {
  const world = await aWorld({ plugin: true })
  expect(await world.stop('kil_a', ['scout'])).toMatchObject({ ok: true })
  expect(world.cloud.stops.get('kil_a:scout')).toMatchObject({ isRefused: true })
  await world.gateway.restart(50)
  const calls = world.gateway.runs.modelCalls
  expect((await world.gateway.startRun({ agent: 'scout' }).done).outcome).toBe('refused')
  expect(world.gateway.runs.modelCalls).toBe(calls)
  // While the connector notices that the gateway was away and comes back, a recovery fails as any order does, and is given again.
  await until('the recovery', async () => (await world.recover('kil_a')).ok)
  expect((await world.gateway.startRun({ agent: 'scout' }).done).outcome).toBe('talked')
})

test('two orders hold one agent until both are taken back', async () => {
  const world = await aWorld()
  await Promise.all([world.stop('kil_a', ['scout']), world.stop('kil_b', ['scout', 'main'])])
  await world.recover('kil_a')
  expect(world.cloud.stops.get('kil_a:scout')).toMatchObject({ state: 'held' })
  expect(world.entry('scout')).toMatchObject({ tools: { deny: ['*'] } })
  await world.recover('kil_b')
  expect(world.entry('scout')).not.toHaveProperty('tools')
  expect(world.entry('main')).not.toHaveProperty('tools')
})

test('what is re-enabled by hand is told and stopped again, but not for ever', async () => {
  const world = await aWorld()
  const jobId = world.job()
  await world.stop('kil_a', ['scout'])
  for (let time = 1; time <= 6; time++) {
    world.setEntry('scout', { tools: { deny: [], profile: `p${time}` } })
    if (time === 1) world.gateway.cron.update(jobId, { enabled: true }, undefined)
    await until(`telling it the ${time}th time`, () => world.cloud.of('kill.broken').length >= time)
    if (time === 6) break
    await until('stopping it again', () => JSON.stringify(world.entry('scout')).includes('"*"'))
    await until('its being read back', () => world.cloud.stops.get('kil_a:scout')?.state === 'stopped')
  }
  const told = world.cloud.of('kill.broken').map(({ payload }) => payload)
  expect(told.map(({ action }) => action)).toEqual([...Array(5).fill('stopped_again'), 'reported'])
  expect(told[0]).toMatchObject({ agent: 'scout', orders: ['kil_a'], what: ['tools.deny', `cron:${jobId}`] })
  await until('the state', () => world.cloud.stops.get('kil_a:scout')?.state === 'broken')
  expect(await world.recover('kil_a')).toMatchObject({ ok: true })
  expect(world.cloud.stops.get('kil_a:scout')?.differs).toContain('tools.deny')
  expect(world.entry('scout')).toMatchObject({ tools: { deny: [], profile: 'p6' } })
})

test('a connector that dies on the way goes on where it was, and what it saved first stays what is put back', async () => {
  const world = await aWorld()
  world.setEntry('scout', { tools: { deny: ['browser'] } })
  const before = world.entry('scout')
  world.gateway.breaksAfter.add('config.patch')
  world.cloud.sendCommand({
    id: 'cmd_lost',
    command: 'agents.stop',
    params: { orderId: 'kil_a', isAll: false, agents: ['scout'], policy: 'report' },
    deadline: never,
  })
  await until('the patch', () => JSON.stringify(world.entry('scout')).includes('"*"'))
  await world.first.stop()
  const saved = await new StopBook(world.stateDir).open()
  expect(saved.held.scout?.record?.entry).toEqual(before)
  // Nobody orders it again: what lies on the disk is enough.
  await world.start()
  await until('being stopped', () => world.cloud.stops.get('kil_a:scout')?.state === 'stopped')
  await world.recover('kil_a')
  expect(world.entry('scout')).toEqual(before)
  expect(await readFile(join(world.stateDir, 'stops.json'), 'utf8')).not.toContain('connector-token')
})

/** A place at which the connector dies: by the call of the gateway that it is waiting for, `isThere` once it is the right one. */
type Place = {
  step: string
  method: string
  isThere?: (world: Awaited<ReturnType<typeof aWorld>>, job: string) => boolean
}
const isShut: Place['isThere'] = (world, job) =>
  JSON.stringify(world.entry('scout')).includes('"*"') && !world.enabled(job)
const ofStopping: Place[] = [
  { step: 'refuse', method: 'clawbutler.stop' },
  { step: 'abort', method: 'sessions.abort' },
  { step: 'approvals', method: 'exec.approval.list' },
  { step: 'record', method: 'cron.list' },
  { step: 'deny', method: 'config.patch' },
  { step: 'cron', method: 'cron.update' },
  { step: 'drain', method: 'sessions.list', isThere: isShut },
  { step: 'verify', method: 'cron.list', isThere: isShut },
]
const ofRecovering: Place[] = [
  { step: 'restore', method: 'config.patch' },
  { step: 'schedule', method: 'cron.update' },
  { step: 'release', method: 'clawbutler.release' },
  { step: 'compare', method: 'cron.list', isThere: (world, job) => !isShut(world, job) && world.enabled(job) },
]
/** The connector is gone while the gateway does what it was asked; another one begins over the same folder. */
const diesAt = async (world: Awaited<ReturnType<typeof aWorld>>, { method, isThere }: Place, job: string) => {
  let died: Promise<void> | null = null
  world.gateway.busyWith.set(method, async () => {
    if (died || (isThere && !isThere(world, job))) return
    died = world.first.stop()
    await died
  })
  return async () => {
    await until(`${method} to be asked for`, () => died !== null)
    await died
    world.gateway.busyWith.delete(method)
    await world.start()
  }
}

test.each(ofStopping)(
  'a connector that dies at the step $step stops the agent all the same once it is back',
  async (place) => {
    const world = await aWorld({ plugin: true })
    world.setEntry('scout', { tools: { deny: ['browser'] } })
    const [before, job] = [world.entry('scout'), world.job()]
    const run = world.gateway.startRun({ agent: 'scout', untilAborted: true })
    const comesBack = await diesAt(world, place, job)
    const order = { orderId: 'kil_a', isAll: false, agents: ['scout'], policy: 'report' }
    world.cloud.sendCommand({ id: 'cmd_lost', command: 'agents.stop', params: order, deadline: never })
    await comesBack()
    await until('being stopped', () => world.cloud.stops.get('kil_a:scout')?.state === 'stopped')
    expect((await run.done).outcome).toBe('aborted')
    expect(world.entry('scout')).toMatchObject({ tools: { deny: ['*'] }, heartbeat: { every: '0m' } })
    expect(world.enabled(job)).toBe(false)
    expect((await world.gateway.startRun({ agent: 'scout' }).done).outcome).toBe('refused')
    expect(await world.recover('kil_a')).toMatchObject({ ok: true })
    expect(world.cloud.stops.get('kil_a:scout')).toMatchObject({ state: 'recovered', differs: [] })
    expect([world.entry('scout'), world.enabled(job)]).toEqual([before, true])
  },
)

test.each(ofRecovering)(
  'a connector that dies at the step $step of a recovery puts all of it back once it is there again',
  async (place) => {
    const world = await aWorld({ plugin: true })
    world.setEntry('scout', { tools: { deny: ['browser'] } })
    const [before, job] = [world.entry('scout'), world.job()]
    expect(await world.stop('kil_a', ['scout'])).toMatchObject({ ok: true })
    const comesBack = await diesAt(world, place, job)
    world.cloud.sendCommand({
      id: 'cmd_lost',
      command: 'agents.recover',
      params: { orderId: 'kil_a' },
      deadline: never,
    })
    await comesBack()
    // The book is enough. The cloud's session says the command again until it is answered, and so hears what became of it.
    const now = () => JSON.stringify([world.entry('scout'), world.enabled(job)])
    await until('being let go', () => now() === JSON.stringify([before, true]))
    await until('the recovery', async () => (await world.recover('kil_a')).ok)
    expect(world.cloud.stops.get('kil_a:scout')).toMatchObject({ state: 'recovered', differs: [] })
    expect(now()).toBe(JSON.stringify([before, true]))
    expect((await world.gateway.startRun({ agent: 'scout' }).done).outcome).toBe('talked')
  },
)

test('everything of a gateway: agents that come later too, and orders that come while it is away', async () => {
  const world = await aWorld()
  await world.gateway.close()
  await until('the gateway to be away', () => !world.first.connector.gateway.live)
  expect(await world.stop('kil_a', [], { isAll: true })).toMatchObject({ ok: false, failure: 'gateway_unreachable' })
  await world.gateway.open()
  await until('being stopped', () => world.cloud.stops.get('kil_a:main')?.state === 'stopped')
  world.gateway.createAgent('Late')
  await until('the newcomer', () => world.cloud.stops.get('kil_a:late')?.state === 'stopped')
  expect(world.entry('late')).toMatchObject({ tools: { deny: ['*'] } })
})

test('a drill stops a probe, shows that nothing is left to it, puts it back and takes it away', async () => {
  for (const plugin of [true, false]) {
    const world = await aWorld({ plugin })
    const calls = world.gateway.runs.modelCalls
    const result = await world.send('stops.drill', { drillId: 'drl_a', mayRewrite: false })
    expect(result).toMatchObject({
      ok: true,
      drill: { outcome: 'passed', toolsBefore: 2, toolsAfter: 0, isRunRefused: plugin ? true : null, isExact: true },
    })
    expect(world.gateway.runs.modelCalls).toBe(calls)
    await until('the probe to be gone', () => !JSON.stringify(world.gateway.roster.list()).includes('drill'))
    expect(JSON.stringify(world.cloud.of('gateway.roster'))).not.toContain('drill')
  }
})

test('a probe that its gateway still lists after the drill is none of the agents that an order over everything stops', async () => {
  const world = await aWorld({ rosterLagMs: 1_500 })
  expect(await world.stop('kil_a', [], { isAll: true })).toMatchObject({ ok: true })
  const drilled = await world.send('stops.drill', { drillId: 'drl_a', mayRewrite: false })
  expect(drilled).toMatchObject({ ok: true, drill: { outcome: 'passed' } })
  const listed = () => JSON.stringify(world.gateway.roster.list())
  expect(listed()).toContain('drill')
  expect(await world.stop('kil_b', ['main'])).toMatchObject({ ok: true })
  await until('the probe to be gone', () => !listed().includes('drill'))
  // An agent that calls itself so is no probe.
  world.gateway.createAgent('Clawbutler drill it is not')
  await until('the roster to have it', () => listed().includes('it-is-not'))
  expect(await world.stop('kil_c', ['main'])).toMatchObject({ ok: true })
  await until('the newcomer', () => [...world.cloud.stops.values()].some(({ agent }) => agent.endsWith('it-is-not')))
  expect([...world.cloud.stops.keys()].filter((key) => /drill-[0-9a-f]{8}$/.test(key))).toEqual([])
})

test('without the group nothing is stopped, and that is said', async () => {
  const world = await aWorld({ groups: ['read', 'approvals'] })
  expect(await world.stop('kil_a', ['scout'])).toMatchObject({ ok: false, failure: 'read_only' })
  expect(world.entry('scout')).not.toHaveProperty('tools')
})
