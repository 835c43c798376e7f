import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { KillDrill, KilledAgent, KillOrder, KillPreview } from '../../worker/features/kill-switch/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { connectOperator } from '../support/openclaw/operator.ts'
import { until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'

/** Stopping agents of the real gateway and putting them back: each test goes on where the one before ended. */

const lab = aLaboratory({ agent: 'Scout' })
let jobId = ''

const scope = () => ({ kind: 'agent', agentId: lab.agent.id })
const shown = (id: string) => lab.client.get(KillOrder, `/kill-switch/orders/${id}`)
const reaches = (id: string, state: KillOrder['state'], withinMs = 60_000) =>
  until(
    `the order to be ${state}`,
    async () => {
      const order = await shown(id)
      return order.state === state ? order : null
    },
    withinMs,
  )
const evidence = async (id: string) => {
  const [killed] = (await lab.client.get(PageOf(KilledAgent), `/kill-switch/orders/${id}/agents`)).items
  if (!killed) throw new Error('no agent under the order')
  return killed
}
const order = (more: object = {}) =>
  lab.client.post(KillOrder, '/kill-switch/disable', { scope: scope(), reason: 'a test', ...more })
const recover = async ({ id, scope: { name } }: KillOrder) => {
  await lab.client.post(KillOrder, '/kill-switch/recover', { orderId: id, name, reason: 'the test is over' })
  return reaches(id, 'recovered')
}
const Source = z.object({
  hash: z.string(),
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const configuration = async () => Source.parse(await lab.operator.call('config.get', {}))
const entry = async () => (await configuration()).sourceConfig.agents.entries.scout
const patch = async (change: object, replacePaths: string[] = []) =>
  lab.operator.call('config.patch', {
    raw: JSON.stringify({ agents: { entries: { scout: change } } }),
    baseHash: (await configuration()).hash,
    ...(replacePaths.length > 0 ? { replacePaths } : {}),
  })
const run = async (message: string, sessionKey = 'agent:scout:lab') => {
  const runId = crypto.randomUUID()
  await lab.operator.call('agent', { message, agentId: 'scout', sessionKey, idempotencyKey: runId })
  return runId
}
const Ended = z.looseObject({ status: z.string() })
const ended = async (runId: string, timeoutMs = 60_000) =>
  Ended.parse(await lab.operator.call('agent.wait', { runId, timeoutMs }))
const isEnabled = async () =>
  z.object({ enabled: z.boolean() }).parse(await lab.operator.call('cron.get', { id: jobId })).enabled
const figures = ({ abortedMs, confirmedMs, steps }: KilledAgent, total: number | null) =>
  console.log(
    `stopped: runs aborted after ${abortedMs} ms, confirmed at the gateway after ${confirmedMs} ms, in the cloud after ${total} ms; ` +
      steps.map(({ step, startedMs, endedMs }) => `${step} ${startedMs}–${endedMs}`).join(', '),
  )

test('a streaming run is stopped, cron is silent, and a new run has no tools', async ({ skip }) => {
  lab.needs(skip)
  await patch({ tools: { deny: ['browser'], profile: 'coding' } })
  const added = await lab.operator.call('cron.add', {
    ...{ name: 'watch', enabled: true, agentId: 'scout', sessionTarget: 'isolated', delivery: { mode: 'none' } },
    ...{ schedule: { kind: 'every', everyMs: 3_600_000 }, payload: { kind: 'agentTurn', message: 'look' } },
  })
  jobId = z.object({ id: z.string() }).parse(added).id
  await ended(await run('hello'))
  const runId = await run('SLOW please')
  await until('the run to stream', async () => {
    const preview = await lab.client.post(KillPreview, '/kill-switch/preview', { scope: scope() })
    return (preview.connectors[0]?.activeSessions ?? 0) > 0
  })
  const stopped = await reaches((await order()).id, 'stopped')
  expect(await ended(runId)).toMatchObject({ status: 'error' })
  const killed = await evidence(stopped.id)
  figures(killed, stopped.confirmedMs)
  expect(killed).toMatchObject({ state: 'stopped', abortedRuns: 1, record: { jobCount: expect.any(Number) } })
  expect(await entry()).toMatchObject({ tools: { deny: ['*'], profile: 'coding' }, heartbeat: { every: '0m' } })
  expect(await isEnabled()).toBe(false)
  const before = lab.model.requests.length
  await ended(await run('TOOL:exec {"command":"id"}'))
  const asked = lab.model.requests.slice(before)
  expect(asked.flatMap(({ tools }) => tools ?? [])).toEqual([])
  const recovered = await recover(stopped)
  expect(await evidence(recovered.id)).toMatchObject({ state: 'recovered', differs: [] })
  expect(await entry()).toMatchObject({ tools: { deny: ['browser'], profile: 'coding' } })
  expect(await entry()).not.toHaveProperty('heartbeat')
  expect(await isEnabled()).toBe(true)
})

test('what is re-enabled by hand is found and stopped again', async ({ skip }) => {
  lab.needs(skip)
  const stopped = await reaches((await order()).id, 'stopped')
  await patch({ tools: { deny: ['browser'] } }, ['agents.entries.scout.tools.deny'])
  await lab.operator.call('cron.update', { id: jobId, patch: { enabled: true } })
  const broken = await until(
    'the event',
    async () => {
      const { items } = await lab.client.get(PageOf(AuditEntry), '/audit/events?type=kill.broken')
      return items.find(({ agentId }) => agentId === lab.agent.id)
    },
    60_000,
  )
  console.log(`re-enabled: ${JSON.stringify(broken.payload)}`)
  expect(broken).toMatchObject({
    ...{ risk: 'critical' },
    payload: { action: 'stopped_again', way: 'api', by: 'cli', byUnknown: null },
  })
  await until(
    'being stopped again',
    async () => {
      const denied = JSON.stringify(await entry()).includes('"*"')
      return denied && !(await isEnabled())
    },
    60_000,
  )
  await reaches(stopped.id, 'stopped')
  expect((await recover(stopped)).tally).toMatchObject({ recovered: 1 })
})

test('a connector that is killed in the middle, and a gateway that restarts, end where they should', async ({
  skip,
}) => {
  lab.needs(skip)
  const before = await entry()
  const killing = order()
  lab.connector.child.kill('SIGKILL')
  const { id } = await killing
  await pause(500)
  lab.dial()
  await reaches(id, 'stopped', 90_000)
  await lab.gateway.restart()
  lab.operator.close()
  lab.operator = await connectOperator(lab.gateway.url, lab.gateway.token)
  expect(await entry()).toMatchObject({ tools: { deny: ['*'] } })
  const second = await order()
  await reaches(second.id, 'stopped', 90_000)
  await recover(await shown(id))
  expect(await entry()).toMatchObject({ tools: { deny: ['*'] } })
  await recover(second)
  expect(await entry()).toEqual(before)
}, 240_000)

test('with the plugin a new run is refused before any model is called, and a drill shows it', async ({ skip }) => {
  lab.needs(skip)
  const options = [
    '--gateway',
    lab.gateway.url,
    '--gateway-token',
    lab.gateway.token,
    '--state',
    lab.connector.stateDir,
  ]
  const folder = ['--folder', join(lab.gateway.folder, 'plugins')]
  const installed = await runCommand(['plugin', 'install', ...options, ...folder, '--ask', 'nothing', '--yes'])
  expect([installed.code, installed.stderr]).toEqual([0, expect.anything()])
  const before = await entry()
  const stopped = await reaches((await order()).id, 'stopped', 90_000)
  const killed = await evidence(stopped.id)
  figures(killed, stopped.confirmedMs)
  expect(killed.isRefused).toBe(true)
  const asked = lab.model.requests.length
  await ended(await run('hello again')).catch(() => undefined)
  expect(lab.model.requests.length).toBe(asked)
  await recover(stopped)
  expect(await entry()).toEqual(before)
  await ended(await run('hello after all'))
  expect(lab.model.requests.length).toBeGreaterThan(asked)
  const { id } = await lab.client.post(KillDrill, '/kill-switch/drills', { connectorId: lab.connectorId })
  const drilled = await until(
    'the drill',
    async () => {
      const drill = await lab.client.get(KillDrill, `/kill-switch/drills/${id}`)
      return drill.state === 'ordered' ? null : drill
    },
    200_000,
  )
  console.log(`drill: ${drilled.detail}`, JSON.stringify(drilled.report))
  expect(drilled).toMatchObject({ state: 'passed', report: { toolsAfter: 0, isRunRefused: true, isExact: true } })
}, 300_000)
