import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { KillDrill, KilledAgent, KillOrder, KillPreview } from '../../worker/features/kill-switch/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { type Client, ownerEnv, signIn, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'

/** Stopping agents of the real gateway and putting them back: each test goes on where the one before ended. */

let missing: string | null = null
let server: Server
let client: Client
let model: StubModel
let gateway: Gateway
let operator: Operator
let connector: RunningConnector
let connectorId = ''
let agent: Agent
let token = ''
let jobId = ''

const dial = () => {
  connector = startConnector({
    ...{ server: server.url, token, gateway: gateway.url, gatewayToken: gateway.token },
    ...(connector ? { stateDir: connector.stateDir } : {}),
  })
}

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
  const created = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  token = created.token
  connectorId = created.connector.id
  dial()
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

const needs = (skip: (reason: string) => void) => {
  if (missing) skip(missing)
}
const scope = () => ({ kind: 'agent', agentId: agent.id })
const shown = (id: string) => client.get(KillOrder, `/kill-switch/orders/${id}`)
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
  const [killed] = (await client.get(PageOf(KilledAgent), `/kill-switch/orders/${id}/agents`)).items
  if (!killed) throw new Error('no agent under the order')
  return killed
}
const order = (more: object = {}) =>
  client.post(KillOrder, '/kill-switch/disable', { scope: scope(), reason: 'a test', ...more })
const recover = async ({ id, scope: { name } }: KillOrder) => {
  await client.post(KillOrder, '/kill-switch/recover', { orderId: id, name, reason: 'the test is over' })
  return reaches(id, 'recovered')
}
const Source = z.object({
  hash: z.string(),
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const configuration = async () => Source.parse(await operator.call('config.get', {}))
const entry = async () => (await configuration()).sourceConfig.agents.entries.scout
const patch = async (change: object, replacePaths: string[] = []) =>
  operator.call('config.patch', {
    raw: JSON.stringify({ agents: { entries: { scout: change } } }),
    baseHash: (await configuration()).hash,
    ...(replacePaths.length > 0 ? { replacePaths } : {}),
  })
const run = async (message: string, sessionKey = 'agent:scout:lab') => {
  const runId = crypto.randomUUID()
  await operator.call('agent', { message, agentId: 'scout', sessionKey, idempotencyKey: runId })
  return runId
}
const Ended = z.looseObject({ status: z.string() })
const ended = async (runId: string, timeoutMs = 60_000) =>
  Ended.parse(await operator.call('agent.wait', { runId, timeoutMs }))
const isEnabled = async () =>
  z.object({ enabled: z.boolean() }).parse(await operator.call('cron.get', { id: jobId })).enabled
const figures = ({ abortedMs, confirmedMs, steps }: KilledAgent, total: number | null) =>
  console.log(
    `stopped: runs aborted after ${abortedMs} ms, confirmed at the gateway after ${confirmedMs} ms, in the cloud after ${total} ms; ` +
      steps.map(({ step, startedMs, endedMs }) => `${step} ${startedMs}–${endedMs}`).join(', '),
  )

test('a streaming run is stopped, cron is silent, and a new run has no tools', async ({ skip }) => {
  needs(skip)
  await patch({ tools: { deny: ['browser'], profile: 'coding' } })
  const added = await operator.call('cron.add', {
    ...{ name: 'watch', enabled: true, agentId: 'scout', sessionTarget: 'isolated', delivery: { mode: 'none' } },
    ...{ schedule: { kind: 'every', everyMs: 3_600_000 }, payload: { kind: 'agentTurn', message: 'look' } },
  })
  jobId = z.object({ id: z.string() }).parse(added).id
  await ended(await run('hello'))
  const runId = await run('SLOW please')
  await until('the run to stream', async () => {
    const preview = await client.post(KillPreview, '/kill-switch/preview', { scope: scope() })
    return (preview.connectors[0]?.activeSessions ?? 0) > 0
  })
  const stopped = await reaches((await order()).id, 'stopped')
  expect(await ended(runId)).toMatchObject({ status: 'error' })
  const killed = await evidence(stopped.id)
  figures(killed, stopped.confirmedMs)
  expect(killed).toMatchObject({ state: 'stopped', abortedRuns: 1, record: { jobCount: expect.any(Number) } })
  expect(await entry()).toMatchObject({ tools: { deny: ['*'], profile: 'coding' }, heartbeat: { every: '0m' } })
  expect(await isEnabled()).toBe(false)
  const before = model.requests.length
  await ended(await run('TOOL:exec {"command":"id"}'))
  const asked = model.requests.slice(before)
  expect(asked.flatMap(({ tools }) => tools ?? [])).toEqual([])
  const recovered = await recover(stopped)
  expect(await evidence(recovered.id)).toMatchObject({ state: 'recovered', differs: [] })
  expect(await entry()).toMatchObject({ tools: { deny: ['browser'], profile: 'coding' } })
  expect(await entry()).not.toHaveProperty('heartbeat')
  expect(await isEnabled()).toBe(true)
})

test('what is re-enabled by hand is found and stopped again', async ({ skip }) => {
  needs(skip)
  const stopped = await reaches((await order()).id, 'stopped')
  await patch({ tools: { deny: ['browser'] } }, ['agents.entries.scout.tools.deny'])
  await operator.call('cron.update', { id: jobId, patch: { enabled: true } })
  const broken = await until(
    'the event',
    async () => {
      const { items } = await client.get(PageOf(AuditEntry), '/audit/events?type=kill.broken')
      return items.find(({ agentId }) => agentId === agent.id)
    },
    60_000,
  )
  expect(broken).toMatchObject({ risk: 'critical', payload: { action: 'stopped_again' } })
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
  needs(skip)
  const before = await entry()
  const killing = order()
  connector.child.kill('SIGKILL')
  const { id } = await killing
  await pause(500)
  dial()
  await reaches(id, 'stopped', 90_000)
  await gateway.restart()
  operator.close()
  operator = await connectOperator(gateway.url, gateway.token)
  expect(await entry()).toMatchObject({ tools: { deny: ['*'] } })
  const second = await order()
  await reaches(second.id, 'stopped', 90_000)
  await recover(await shown(id))
  expect(await entry()).toMatchObject({ tools: { deny: ['*'] } })
  await recover(second)
  expect(await entry()).toEqual(before)
}, 240_000)

test('with the plugin a new run is refused before any model is called, and a drill shows it', async ({ skip }) => {
  needs(skip)
  const options = ['--gateway', gateway.url, '--gateway-token', gateway.token, '--state', connector.stateDir]
  const folder = ['--folder', join(gateway.folder, 'plugins')]
  const installed = await runCommand(['plugin', 'install', ...options, ...folder, '--ask', 'nothing', '--yes'])
  expect([installed.code, installed.stderr]).toEqual([0, expect.anything()])
  const before = await entry()
  const stopped = await reaches((await order()).id, 'stopped', 90_000)
  const killed = await evidence(stopped.id)
  figures(killed, stopped.confirmedMs)
  expect(killed.isRefused).toBe(true)
  const asked = model.requests.length
  await ended(await run('hello again')).catch(() => undefined)
  expect(model.requests.length).toBe(asked)
  await recover(stopped)
  expect(await entry()).toEqual(before)
  await ended(await run('hello after all'))
  expect(model.requests.length).toBeGreaterThan(asked)
  const { id } = await client.post(KillDrill, '/kill-switch/drills', { connectorId })
  const drilled = await until(
    'the drill',
    async () => {
      const drill = await client.get(KillDrill, `/kill-switch/drills/${id}`)
      return drill.state === 'ordered' ? null : drill
    },
    110_000,
  )
  console.log(`drill: ${drilled.detail}`, JSON.stringify(drilled.report))
  expect(drilled).toMatchObject({ state: 'passed', report: { toolsAfter: 0, isRunRefused: true, isExact: true } })
}, 300_000)
