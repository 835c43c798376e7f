import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backoffMs } from '../../cli/connector/backoff.ts'
import { createIdentity, proveDevice, signedText } from '../../cli/gateway/identity.ts'
import { goneByClose } from '../../cli/gateway/refusal.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

test('the signed text is the one that the gateway checks', () => {
  const connect = {
    clientId: 'gateway-client',
    clientMode: 'ui',
    platform: ' Linux ',
    role: 'operator',
    scopes: ['operator.read', 'operator.approvals'],
    token: 'secret',
    nonce: 'abc',
    signedAtMs: 1_795_228_605_836,
  }
  expect(signedText('device', connect)).toBe(
    'v3|device|gateway-client|ui|operator|operator.read,operator.approvals|1795228605836|secret|abc|linux|',
  )
  const identity = createIdentity()
  expect(identity.deviceId).toMatch(/^[0-9a-f]{64}$/)
  expect(Buffer.from(identity.publicKey, 'base64url')).toHaveLength(32)
  expect(Buffer.from(proveDevice(identity, connect).signature, 'base64url')).toHaveLength(64)
})

test('a device that was let in once comes back with its own token alone', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const first = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('connected', () => cloud.of('gateway.connected').length === 1)
  await first.stop()
  await aConnector({ server: cloud.url, gateway: gateway.url, stateDir, gatewayToken: null })
  await until('connected again', () => cloud.of('gateway.connected').length === 2)
})

test('a device token that was given for looking on does not serve for deciding', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const onlooker = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir, groups: ['read'] })
  await until('connected', () => cloud.of('gateway.connected').length === 1)
  await onlooker.stop()
  const wanting = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir, gatewayToken: null })
  await until('refused', () => cloud.of('gateway.disconnected').some(({ payload }) => payload.cause === 'unauthorized'))
  await wanting.stop()
  await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('let in', () => cloud.of('gateway.connected').length === 2)
})

test('a wrong gateway token is told as a refusal, and no token is ever said', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const wrong = 'wrong-gateway-token'
  const { said } = await aConnector({ server: cloud.url, gateway: gateway.url, gatewayToken: wrong })
  const refused = await until('refusal', () => cloud.of('gateway.disconnected')[0])
  expect(refused.payload).toMatchObject({ cause: 'unauthorized', code: 1008 })
  expect(JSON.stringify([said, cloud.events, cloud.states])).not.toContain(wrong)
  expect(JSON.stringify([said, cloud.events])).not.toContain('connector-token')
})

test("without a token the one of this machine's own OpenClaw is used, and that is said", async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const folder = await aFolder()
  const path = join(folder, 'openclaw.json')
  await writeFile(path, `{ gateway: { auth: { mode: 'token', token: '${gateway.token}' } }, /* json5 */ }`)
  const env = { OPENCLAW_CONFIG_PATH: path }
  const { said } = await aConnector({ server: cloud.url, gateway: gateway.url, gatewayToken: null, env })
  await until('connected', () => cloud.of('gateway.connected').length === 1)
  await until('said', () => said.some((line) => line.includes('OpenClaw configuration of this machine')))
})

test('a restart is told as a restart, and the gateway behind it as restarted', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await gateway.restart(50)
  await until('back', () => cloud.of('gateway.connected').length === 2)
  expect(cloud.of('gateway.disconnected')[0]?.payload).toMatchObject({ cause: 'restart', code: 1012 })
  expect(cloud.of('gateway.connected').map(({ payload }) => payload.restarted)).toEqual([false, true])
})

test('a removed device pairs again with the shared token', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.removeDevices()
  await until('back', () => cloud.of('gateway.connected').length === 2)
  expect(cloud.of('gateway.disconnected')[0]?.payload).toMatchObject({ cause: 'removed', code: 4001 })
})

test('a gateway that hangs is given up after three silent ticks', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway({ tickIntervalMs: 1_000 })
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.fallSilent()
  const lost = await until('lost', () => cloud.of('gateway.disconnected')[0])
  expect(lost.payload).toMatchObject({ cause: 'lost' })
})

test('garbage is counted, not obeyed, and the connection lives on', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const { stop } = await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.sendGarbage(600)
  await until('fault', () => cloud.of('gateway.fault').length > 0)
  gateway.startRun({ command: 'ls', approval: 'none' })
  await until('end', () => cloud.of('run.ended').length > 0)
  await stop()
  expect(cloud.of('gateway.connected')).toHaveLength(1)
  expect(cloud.of('gateway.fault').length).toBeLessThanOrEqual(2)
})

test('a flood of true events arrives whole and in order', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  gateway.flood(1_000)
  await until('all', () => cloud.of('run.ended').length === 1_000)
  expect(cloud.faults).toEqual([])
  expect(cloud.framesWithoutAckMost).toBeLessThanOrEqual(4)
})

test('what was pending, decided and done while we were away is told on return, once', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const first = await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const decided = gateway.startRun({ command: 'decided while away' })
  const waiting = gateway.startRun({ command: 'still waiting' })
  await until('asked', () => cloud.of('approval.requested').length === 2)
  await first.stop()
  const [record] = gateway.desk.records.values()
  gateway.desk.resolve('exec', null, record?.id ?? '', 'allow-once')
  await decided.done
  const missed = gateway.startRun({ command: 'ls', approval: 'none' })
  await missed.done

  await aConnector({ server: cloud.url, gateway: gateway.url, stateDir })
  await until('pending', () => cloud.of('approval.pending').some(({ payload }) => payload.approvals.length === 1))
  await until('missed run', () => cloud.of('run.ended').some(({ payload }) => payload.runId === missed.runId))
  await until('decision', () => cloud.of('approval.resolved').length === 1)
  expect(cloud.of('approval.resolved')[0]?.payload).toMatchObject({ externalId: record?.id, decision: 'allow-once' })
  expect(cloud.of('run.started').filter(({ payload }) => payload.runId === waiting.runId)).toHaveLength(1)
  expect(cloud.of('tool.ended').some(({ payload }) => payload.runId === missed.runId)).toBe(true)
  expect(new Set(cloud.keys()).size).toBe(cloud.keys().length)
})

test('the roster is told again only when it differs, with the tools profile of each agent', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway({ rosterLagMs: 50 })
  gateway.roster.setProfile(null, 'coding')
  await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('roster', () => cloud.of('gateway.roster').length === 1)
  gateway.createAgent('Alpha')
  await until('change', () => cloud.of('gateway.roster').some(({ payload }) => payload.agents.length === 2))
  const agents = cloud.of('gateway.roster').at(-1)?.payload.agents
  expect(agents).toMatchObject([
    { externalId: 'alpha', name: 'Alpha', isDefault: false },
    { externalId: 'main', name: 'main', model: 'stub/stub-1', toolsProfile: 'coding', isDefault: true },
  ])
  expect(cloud.of('gateway.config-changed')[0]?.payload.paths).toEqual(['agents.entries.alpha'])
})

test('close codes are told apart', () => {
  const causes = [1012, 1013, 4001, 1008, 1006].map((code) => goneByClose(code, '').kind)
  expect(causes).toEqual(['restart', 'overloaded', 'removed', 'unauthorized', 'lost'])
})

test('the wait before coming back doubles to a bound and is spread over all of it', () => {
  const most = [0, 1, 2, 7, 60].map((attempt) => backoffMs(attempt, undefined, () => 1))
  expect(most).toEqual([250, 500, 1_000, 30_000, 30_000])
  expect(backoffMs(5, undefined, () => 0)).toBe(0)
})
