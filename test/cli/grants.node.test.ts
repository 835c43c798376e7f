import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SimulatorOptions } from '../support/gateway-simulator/simulator.ts'
import { aCloud, aConnector, aGateway, until } from './world.ts'

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()
const allowed = ['allow-once', 'allow-always', 'deny'] as const

async function aWorld(options: SimulatorOptions = {}) {
  const cloud = await aCloud()
  const gateway = await aGateway(options)
  const { connector } = await aConnector({ server: cloud.url, gateway: gateway.url })
  await until('grants', () => cloud.of('gateway.grants').length > 0)
  const asked = (count = 1) => until('request', () => cloud.of('approval.requested')[count - 1])
  const decide = (id: string, externalId: string, decision: string, source = 'openclaw.exec') => {
    const params = { externalId, source, decision }
    cloud.sendCommand({ id, command: 'approval.resolve', params, deadline: inAMinute() })
    return until('result', () => cloud.results.find((result) => result.id === id))
  }
  const revoke = (id: string, ref: string) => {
    cloud.sendCommand({ id, command: 'grant.revoke', params: { ref }, deadline: inAMinute() })
    return until('result', () => cloud.results.find((result) => result.id === id))
  }
  const grants = () => cloud.of('gateway.grants').at(-1)?.payload.grants ?? []
  return { cloud, gateway, connector, asked, decide, revoke, grants }
}

test('an allow-always is told as a record of the gateway, and a revoked one is asked about again', async () => {
  const { cloud, gateway, asked, decide, revoke, grants } = await aWorld()
  expect(grants()).toEqual([])
  const run = gateway.startRun({ command: 'git status', allowed })
  expect(await decide('1', (await asked()).payload.externalId, 'allow-always')).toMatchObject({ ok: true })
  expect(await run.done).toEqual({ outcome: 'allowed' })
  const [record] = await until('record', () => (grants().length > 0 ? grants() : null))
  expect(record).toMatchObject({ agent: 'main', pattern: '/usr/bin/git' })
  expect(record?.argumentPattern).toMatch(/^sha256:/)
  expect(await gateway.startRun({ command: 'git status' }).done).toEqual({ outcome: 'allowed' })

  expect(await revoke('2', record?.ref ?? '')).toMatchObject({ ok: true })
  await until('forgotten', () => grants().length === 0)
  expect(gateway.allowlist.get().file.agents.main?.allowlist).toEqual([])
  expect(await revoke('3', record?.ref ?? '')).toMatchObject({ ok: true })
  gateway.startRun({ command: 'git status' })
  await asked(2)
  expect(cloud.faults).toEqual([])
})

test('a revocation keeps what somebody else changes at the same moment', async () => {
  const { gateway, connector, grants } = await aWorld()
  for (const command of ['git status', 'git log']) gateway.allowlist.remember('main', '/usr/bin/git', '/', command)
  await connector.gateway.live?.sync()
  await until('records', () => grants().length === 2)
  const [first, second] = grants()
  await Promise.all([first, second].map((record) => connector.gateway.live?.revokeGrant(record?.ref ?? '')))
  expect(gateway.allowlist.get().file.agents.main?.allowlist).toEqual([])
})

test('standing grants of scheduled jobs are listed and revoked like the others', async () => {
  const { gateway, revoke, grants } = await aWorld()
  gateway.allowlist.stand('main', 'backup.sh', '/srv')
  const [grant] = await until('record', () => (grants().length > 0 ? grants() : null))
  expect(grant).toMatchObject({ agent: 'main', pattern: 'backup.sh', argumentPattern: '/srv' })
  expect(await revoke('1', grant?.ref ?? '')).toMatchObject({ ok: true })
  await until('forgotten', () => grants().length === 0)
})

test('an allow-always that the gateway cannot keep is refused with its reason, and allowing once still works', async () => {
  const { gateway, asked, decide } = await aWorld()
  gateway.desk.alwaysUnavailable = true
  const run = gateway.startRun({ command: 'date', allowed })
  const { externalId } = (await asked()).payload
  expect(await decide('1', externalId, 'allow-always')).toMatchObject({
    ok: false,
    failure: 'gateway_refused',
    detail: expect.stringContaining('APPROVAL_ALLOW_ALWAYS_UNAVAILABLE'),
  })
  expect(await decide('2', externalId, 'allow-once')).toMatchObject({ ok: true })
  expect(await run.done).toEqual({ outcome: 'allowed' })
})

test('a decision says what it was about, also when that is not what was asked', async () => {
  const { cloud, gateway, asked, decide } = await aWorld()
  gateway.startRun({ command: 'echo safe' })
  const { externalId } = (await asked()).payload
  gateway.desk.change(externalId, { command: 'echo unsafe' })
  await decide('1', externalId, 'allow-once')
  const resolved = await until('decision', () => cloud.of('approval.resolved')[0])
  expect(resolved.payload.subject).toEqual({ command: 'echo unsafe', cwd: '/workspaces/main' })
})

test("the gateway's own deadline is nobody's decision", async () => {
  const { cloud, gateway, asked } = await aWorld()
  const run = gateway.startRun({ command: 'sleep 1' })
  const { externalId } = (await asked()).payload
  const before = cloud.of('approval.pending').length
  gateway.desk.expire(externalId)
  expect(await run.done).toEqual({ outcome: 'expired' })
  const pending = await until('list', () => cloud.of('approval.pending')[before])
  expect(pending.payload.approvals).toEqual([])
  expect(cloud.of('approval.resolved')).toEqual([])
})

test('the end of a run says what it used; a gateway without prices has no cost', async () => {
  const { cloud, gateway } = await aWorld()
  gateway.startRun({ usage: { inputTokens: 1_000, outputTokens: 20, estimatedCostUsd: 0.0033 } })
  expect((await until('end', () => cloud.of('run.ended')[0])).payload.usage).toEqual({
    inputTokens: 1_000,
    outputTokens: 20,
    costMicroUsd: 3_300,
  })
  gateway.startRun({ sessionKey: 'agent:main:free', usage: { inputTokens: 5, outputTokens: 6 } })
  expect((await until('end', () => cloud.of('run.ended')[1])).payload.usage).toMatchObject({ costMicroUsd: null })
})

test('of runs that follow each other at once in one session each says what it used itself', async () => {
  const { cloud, gateway } = await aWorld()
  const costs = [0.001, 0.002, 0.004]
  const runs = costs.map((estimatedCostUsd, index) =>
    gateway.startRun({
      runId: `run-${index}`,
      usage: { inputTokens: 100 + 2 * index, outputTokens: 20, estimatedCostUsd },
      answers: 2,
    }),
  )
  // In a session without prices nobody knows what a run cost, not even that it was nothing.
  for (const runId of ['free-0', 'free-1'])
    gateway.startRun({ runId, sessionKey: 'agent:main:free', usage: { inputTokens: 5, outputTokens: 6 } })
  await Promise.all(runs.map(({ done }) => done))
  const ended = await until('ends', () => (cloud.of('run.ended').length === 5 ? cloud.of('run.ended') : undefined))
  const usages = new Map(ended.map(({ payload }) => [payload.runId, payload.usage]))
  expect(runs.map(({ runId }) => usages.get(runId))).toEqual([
    { inputTokens: 100, outputTokens: 20, costMicroUsd: 1_000 },
    { inputTokens: 102, outputTokens: 20, costMicroUsd: 2_000 },
    { inputTokens: 104, outputTokens: 20, costMicroUsd: 4_000 },
  ])
  const free = { inputTokens: 5, outputTokens: 6, costMicroUsd: null }
  expect([usages.get('free-0'), usages.get('free-1')]).toEqual([free, free])
})

test('a run that is cut off does not count what the one before it used', async () => {
  const { cloud, gateway } = await aWorld()
  await gateway.startRun({ runId: 'whole', usage: { inputTokens: 9, outputTokens: 9, estimatedCostUsd: 0.5 } }).done
  const cut = gateway.startRun({ runId: 'cut', untilAborted: true })
  await until('start', () => cloud.of('run.started').find(({ payload }) => payload.runId === 'cut'))
  cut.abort()
  await cut.done
  const ended = await until('ends', () => (cloud.of('run.ended').length === 2 ? cloud.of('run.ended') : undefined))
  expect(ended.map(({ payload }) => [payload.runId, payload.usage?.costMicroUsd ?? null]).sort()).toEqual([
    ['cut', null],
    ['whole', 500_000],
  ])
})

test('a run whose beginning is further back than is looked has no price rather than half of one', async () => {
  const { cloud, gateway } = await aWorld()
  gateway.startRun({
    runId: 'long',
    usage: { inputTokens: 100, outputTokens: 100, estimatedCostUsd: 0.5 },
    answers: 100,
  })
  gateway.startRun({ runId: 'next', usage: { inputTokens: 2, outputTokens: 2, estimatedCostUsd: 0.1 } })
  const ended = await until('ends', () => (cloud.of('run.ended').length === 2 ? cloud.of('run.ended') : undefined))
  expect(ended.map(({ payload }) => [payload.runId, payload.usage?.costMicroUsd ?? null]).sort()).toEqual([
    ['long', null],
    ['next', 100_000],
  ])
})

test('a question of our plugin comes with the tool and all its arguments, and its decision after it', async () => {
  const { cloud, gateway, asked, decide } = await aWorld()
  gateway.plugins.configuration = {
    entries: { clawbutler: { enabled: true } },
    load: { paths: [join(import.meta.dirname, '../../cli/openclaw-plugin')] },
  }
  const given = { path: 'a.txt', content: 'x'.repeat(2_000) }
  const run = gateway.startRun({ tool: { name: 'write', arguments: given } })
  const { payload } = await asked()
  expect(payload).toMatchObject({ source: 'openclaw.plugin', tool: 'write', arguments: given })
  await decide('1', payload.externalId, 'allow-once', 'openclaw.plugin')
  expect(await run.done).toEqual({ outcome: 'allowed' })
  const resolved = await until('decision', () => cloud.of('approval.resolved')[0])
  expect(resolved.payload.subject?.command).toBe(payload.command)
})

test('a call whose arguments are not those of the question can only be denied', async () => {
  const { gateway, asked } = await aWorld()
  gateway.startRun({ tool: { name: 'write', arguments: { path: 'a.txt' } }, runId: 'run' })
  // The plugin has asked, and the connector has not heard of it yet.
  await new Promise((resolve) => setImmediate(resolve))
  for (const [key, call] of gateway.plugins.waiting)
    gateway.plugins.waiting.set(key, { ...call, arguments: { path: 'b' } })
  const { payload } = await asked()
  expect(payload).toMatchObject({ tool: 'write', arguments: null, allowedDecisions: ['deny'] })
})
