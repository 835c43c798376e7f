import { expect, test } from 'vitest'
import { connectUrl } from '../../cli/link/socket.ts'
import { closeCodes } from '../../worker/features/connectors/link/contract.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

test('unacknowledged events are sent again after a broken connection: none lost, none twice, at most four frames open', async () => {
  const cloud = await aCloud({ acknowledge: false })
  const gateway = await aGateway()
  const { connector } = await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.flood(600)
  await until('four frames', () => cloud.framesWithoutAck >= 4)
  expect(connector.journal.firstUnacknowledged).toBe(1)
  cloud.drop()
  cloud.acknowledge = true
  await until('everything', () => cloud.of('run.ended').length === 600)
  await until('acknowledged', () => connector.journal.firstUnacknowledged === connector.journal.next)
  expect(cloud.faults).toEqual([])
  expect(cloud.framesWithoutAckMost).toBeLessThanOrEqual(4)
  expect(cloud.frameEventsMost).toBeLessThanOrEqual(100)
  expect(cloud.frameBytesMost).toBeLessThanOrEqual(256 * 1024 + 100)
  expect(new Set(cloud.keys()).size).toBe(cloud.keys().length)
})

test('events wait on disk while the cloud is away and arrive when it is back', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await cloud.stop()
  const run = gateway.startRun({ command: 'ls', approval: 'none' })
  await run.done
  await cloud.open()
  await until('run', () => cloud.of('run.ended').some(({ payload }) => payload.runId === run.runId))
  expect(cloud.faults).toEqual([])
})

test('a restarted connector goes on where it was acknowledged, under the same journal id', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const first = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await first.stop()
  await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('second hello', () => cloud.hellos.length === 2)
  await until('connected again', () => cloud.of('gateway.connected').length === 2)
  expect(cloud.hellos[1]?.journal.id).toBe(cloud.hellos[0]?.journal.id)
  expect(cloud.faults).toEqual([])
})

test.each([
  ['unauthorized', closeCodes.unauthorized, 3],
  ['rotated', closeCodes.rotated, 3],
  ['removed', closeCodes.removed, 1],
  ['replaced', closeCodes.replaced, 1],
  ['another protocol', closeCodes.protocolVersion, 1],
])('%s: the connector stops with exit code and sentence', async (_name, code, exitCode) => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const { ended } = await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('hello', () => cloud.hellos.length === 1)
  cloud.end(code)
  expect(await ended).toMatchObject({ kind: 'stop', exitCode })
})

test('a token that the server does not know ends the connector before the first frame, unsaid', async () => {
  const cloud = await aCloud({ token: 'another' })
  const gateway = await aGateway()
  const { ended, said } = await aConnector({ server: cloud.url, gateway: gateway.url, token: 'wrong-secret' })
  const ending = await ended
  expect(ending).toMatchObject({ kind: 'stop', exitCode: 3 })
  expect(JSON.stringify([ending, said])).not.toContain('wrong-secret')
})

test('a server that is not ready is asked again', async () => {
  const cloud = await aCloud()
  cloud.refuseWith = 503
  const gateway = await aGateway()
  const { said } = await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('refusal', () => said.some((line) => line.includes('503')))
  cloud.refuseWith = null
  await until('hello', () => cloud.hellos.length === 1)
})

test('a connection without heartbeat is given up for a new one', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url, heartbeatMs: 100 })
  await until('hello', () => cloud.hellos.length === 1)
  cloud.answersPings = false
  cloud.acknowledge = false
  await until('second hello', () => cloud.hellos.length >= 2)
})

test('the gateway state is told whenever it changes', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('connected', () => cloud.states.some(({ connected, version }) => connected && version === '2026.9.6'))
  await gateway.close()
  await until('away', () => cloud.states.at(-1)?.connected === false)
})

test('a full journal leaves the gateway, so that what needs a decision is refused there, and comes back with room', async () => {
  const cloud = await aCloud({ acknowledge: false })
  const gateway = await aGateway()
  const journalBytesMax = 64 * 1024
  const { said } = await aConnector({
    server: cloud.url,
    gateway: gateway.url,
    journalBytesMax,
    journalRetryMs: 50,
  })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.flood(400)
  await until('said', () => said.some((line) => line.includes('JOURNAL IS FULL')))
  await until('left', () => gateway.clients.all.size === 0)
  expect(await gateway.startRun({ command: 'rm -rf /' }).done).toEqual({ outcome: 'no-surface' })
  cloud.acknowledge = true
  cloud.acknowledgeAll()
  await until('back', () => cloud.of('gateway.connected').length === 2)
  await until('told', () => cloud.of('connector.journal-full').length > 0)
  expect(cloud.of('run.started').some(({ payload }) => payload.runId.endsWith('-0'))).toBe(true)
  expect(cloud.faults).toEqual([])
})

test('http becomes ws, https becomes wss, a path is kept', () => {
  expect(connectUrl('http://127.0.0.1:8787')).toBe('ws://127.0.0.1:8787/connect')
  expect(connectUrl('https://example.org/butler/')).toBe('wss://example.org/butler/connect')
})
