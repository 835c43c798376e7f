import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { commandGroupsDefault } from '../../worker/features/connectors/link/commands/contract.ts'
import { diagnosticNames } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()

test('a run with an approval is told whole, decided from the cloud, and told to its end', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const run = gateway.startRun({ command: '/usr/bin/uname -s' })
  const asked = await until('request', () => cloud.of('approval.requested')[0])
  expect(asked.payload).toMatchObject({
    command: '/usr/bin/uname -s',
    agent: 'main',
    runId: run.runId,
    allowedDecisions: ['allow-once', 'deny'],
  })

  const params = { externalId: asked.payload.externalId, source: 'openclaw.exec', decision: 'allow-once' }
  cloud.sendCommand({ id: 'cmd_1', command: 'approval.resolve', params, deadline: inAMinute() })
  expect(await until('result', () => cloud.results[0])).toMatchObject({ id: 'cmd_1', ok: true })
  expect(await run.done).toEqual({ outcome: 'allowed' })

  const ended = await until('end', () => cloud.of('run.ended')[0])
  expect(ended.payload).toMatchObject({ runId: run.runId, outcome: 'ok' })
  expect(cloud.of('approval.resolved')[0]?.payload).toMatchObject({ decision: 'allow-once' })
  expect(cloud.of('tool.started')[0]?.payload).toMatchObject({ tool: 'exec', title: 'Exec /usr/bin/uname -s' })
  expect(cloud.of('tool.ended')[0]?.payload).toMatchObject({ outcome: 'ok', exitCode: 0 })
  expect(cloud.of('model.called').map((event) => event.payload.ordinal)).toEqual([0, 1])
  expect(cloud.faults).toEqual([])
})

test('nothing that a model wrote and nothing that a tool printed leaves the machine', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.startRun({ command: 'cat /etc/hostname', approval: 'none' })
  await until('end', () => cloud.of('run.ended')[0])
  const told = JSON.stringify(cloud.events)
  expect(told).not.toContain('simulated output')
  expect(told).not.toContain('model has spoken')
})

test('a denied command is told as denied', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('gateway', () => gateway.clients.all.size > 0)
  const run = gateway.startRun({ command: 'rm -rf /' })
  const asked = await until('request', () => cloud.of('approval.requested')[0])
  const params = { externalId: asked.payload.externalId, source: 'openclaw.exec', decision: 'deny' }
  cloud.sendCommand({ id: 'cmd_2', command: 'approval.resolve', params, deadline: inAMinute() })
  expect(await run.done).toEqual({ outcome: 'denied' })
  expect((await until('tool end', () => cloud.of('tool.ended')[0])).payload).toMatchObject({
    outcome: 'denied',
    exitCode: null,
  })
})

test('the same command id is carried out once and answered twice', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('gateway', () => gateway.clients.all.size > 0)
  gateway.startRun({ command: 'ls' })
  const asked = await until('request', () => cloud.of('approval.requested')[0])
  const params = { externalId: asked.payload.externalId, source: 'openclaw.exec', decision: 'deny' }
  const command = { id: 'cmd_3', command: 'approval.resolve', params, deadline: inAMinute() }
  cloud.sendCommand(command)
  cloud.sendCommand(command)
  await until('results', () => cloud.results.length === 2)
  expect(cloud.results.every((result) => result.ok)).toBe(true)
  cloud.sendCommand({ ...command, id: 'cmd_4', params: { ...params, decision: 'allow-once' } })
  cloud.sendCommand({ ...command, id: 'cmd_5', params: { ...params, externalId: randomUUID() } })
  await until('refusals', () => cloud.results.length === 4)
  expect(cloud.results.slice(2)).toMatchObject([{ failure: 'already_resolved' }, { failure: 'not_found' }])
})

test('read-only: decisions are refused here, and the gateway does not count us as someone who could decide', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url, groups: ['read'] })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const run = gateway.startRun({ command: 'ls' })
  expect(await run.done).toEqual({ outcome: 'no-surface' })
  const params = { externalId: 'any', source: 'openclaw.exec', decision: 'allow-once' }
  cloud.sendCommand({ id: 'cmd_6', command: 'approval.resolve', params, deadline: inAMinute() })
  cloud.sendCommand({ id: 'cmd_7', command: 'gateway.sync', params: {}, deadline: inAMinute() })
  await until('results', () => cloud.results.length === 2)
  expect(cloud.results).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 'cmd_6', ok: false, failure: 'read_only' }),
      expect.objectContaining({ id: 'cmd_7', ok: true }),
    ]),
  )
})

test('a command after its deadline is not carried out, an unknown one is answered, garbage ends the connection', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const past = new Date(Date.now() - 60_000).toISOString()
  cloud.sendCommand({ id: 'cmd_8', command: 'gateway.sync', params: {}, deadline: past })
  cloud.sendCommand({ id: 'cmd_9', command: 'shell.run', params: { command: 'id' }, deadline: inAMinute() })
  await until('results', () => cloud.results.length === 2)
  expect(new Map(cloud.results.map((result) => [result.id, result.ok ? null : result.failure]))).toEqual(
    new Map([
      ['cmd_8', 'expired'],
      ['cmd_9', 'unsupported'],
    ]),
  )
  cloud.sendRaw('{"type":"req","method":"exec"}')
  await until('second hello', () => cloud.hellos.length === 2)
})

test('a decision while the gateway is away is answered as unreachable, and may be tried again', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await gateway.close()
  await until('away', () => cloud.states.at(-1)?.connected === false)
  const params = { externalId: 'any', source: 'openclaw.exec', decision: 'deny' }
  const command = { id: 'cmd_10', command: 'approval.resolve', params, deadline: inAMinute() }
  cloud.sendCommand(command)
  expect(await until('result', () => cloud.results[0])).toMatchObject({ failure: 'gateway_unreachable' })
  await gateway.open()
  await until('back', () => cloud.states.at(-1)?.connected === true)
  cloud.sendCommand(command)
  expect(await until('second result', () => cloud.results[1])).toMatchObject({ failure: 'not_found' })
})

test('an approval that a plugin asks for is decided at the plugin', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const run = gateway.startRun({ command: 'send mail', approval: 'plugin' })
  const asked = await until('request', () => cloud.of('approval.requested')[0])
  expect(asked.payload).toMatchObject({ source: 'openclaw.plugin', command: 'Tool approval\nexec send mail' })
  const params = { externalId: asked.payload.externalId, source: 'openclaw.plugin', decision: 'allow-once' }
  cloud.sendCommand({ id: 'cmd_12', command: 'approval.resolve', params, deadline: inAMinute() })
  expect(await run.done).toEqual({ outcome: 'allowed' })
})

test('a long list of pending approvals still fits one frame; what is shortened there can only be denied', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const first = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  for (let index = 0; index < 20; index++) gateway.startRun({ command: `${index} ${'文'.repeat(30_000)}` })
  await until('asked', () => cloud.of('approval.requested').length === 20)
  await first.stop()
  await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  const listed = await until('list', () =>
    cloud.of('approval.pending').find(({ payload }) => payload.approvals.length === 20),
  )
  expect(listed.payload.approvals.every(({ allowedDecisions }) => String(allowedDecisions) === 'deny')).toBe(true)
  expect(cloud.of('approval.requested')[0]?.payload.command).toHaveLength(30_002)
  expect(cloud.faults).toEqual([])
})

test('diagnostics name every link of the chain', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url, groups: commandGroupsDefault })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  cloud.sendCommand({ id: 'cmd_11', command: 'gateway.diagnose', params: {}, deadline: inAMinute() })
  const result = await until('result', () => cloud.results[0])
  const steps = result.ok ? (result.steps ?? []) : []
  expect(steps.map(({ name }) => name)).toEqual(diagnosticNames)
  // The plugin is optional: its absence is said, and is no fault.
  const others = steps.filter((step) => step.outcome !== 'pass').map(({ name, outcome }) => [name, outcome])
  expect(others).toEqual([['gateway.plugin', 'skip']])
  // Single steps only for a cloud that asks for them: another one would hang up.
  expect(cloud.steps).toEqual([])
  cloud.sendCommand({ id: 'cmd_12', command: 'gateway.diagnose', params: { stepwise: true }, deadline: inAMinute() })
  await until('second result', () => cloud.results[1])
  expect(cloud.steps.map(({ id, step }) => [id, step.name])).toEqual(diagnosticNames.map((name) => ['cmd_12', name]))
})

test('events of one connector never reach another one that is given the same folder', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const first = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await first.stop()
  const other = await aCloud({ connectorId: 'con_00000000000000000000000002' })
  const second = await aConnector({ server: other.url, gateway: gateway.url, stateDir })
  expect(await second.ended).toMatchObject({ kind: 'stop', exitCode: 1 })
  expect(other.events).toEqual([])
})
