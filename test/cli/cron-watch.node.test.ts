import { expect, test } from 'vitest'
import type { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

const groups: CommandGroup[] = ['read', 'approvals', 'manage']
const aJob = (name: string) => ({
  name,
  agentId: 'main',
  schedule: { kind: 'every', everyMs: 3_600_000 },
  sessionTarget: 'isolated',
  payload: { kind: 'agentTurn', message: 'Use sk-abcdefghijklmnop1234 today.' },
})

/** A connector between a cloud that listens and a gateway with jobs. */
async function aWorld() {
  const [cloud, gateway, stateDir] = [await aCloud(), await aGateway({ rosterLagMs: 0 }), await aFolder()]
  const start = async () => (await aConnector({ server: cloud.url, gateway: gateway.url, groups, stateDir })).connector
  const singles = (action: string) => cloud.of('gateway.cron').filter(({ payload }) => payload.action === action)
  return { cloud, gateway, start, singles }
}

test('all jobs are told after the hello, in parts that each fit, and one that is missing is found by the next list', async () => {
  const { cloud, gateway, start } = await aWorld()
  for (let index = 0; index < 150; index++) gateway.cron.add(aJob(`Job ${index}`))
  await start()
  const parts = await until('the parts', () =>
    cloud.of('gateway.jobs').length === 2 ? cloud.of('gateway.jobs') : null,
  )
  expect(parts.map(({ payload }) => [payload.part, payload.parts, payload.isComplete, payload.jobs.length])).toEqual([
    [1, 2, true, 100],
    [2, 2, true, 51],
  ])
  expect(new Set(parts.map(({ at }) => at)).size).toBe(1)
  expect(JSON.stringify(parts)).not.toContain('sk-abcdefghij')
  gateway.cron.remove(gateway.cron.named('Job 7')?.id ?? '')
  await until('the removal', () => cloud.of('gateway.cron').some(({ payload }) => payload.action === 'removed'))
})

test('what somebody does at the gateway is told with its revision, and what did not change is not told again', async () => {
  const { cloud, gateway, start, singles } = await aWorld()
  await start()
  await until('the list', () => cloud.of('gateway.jobs').length > 0)
  gateway.cron.add(aJob('By hand'))
  const id = gateway.cron.named('By hand')?.id ?? ''
  const added = await until('the job', () => singles('state').find(({ payload }) => payload.jobId === id))
  expect(added.payload.job).toMatchObject({
    name: 'By hand',
    revision: expect.stringMatching(/^sha256:/),
    isManaged: false,
  })
  gateway.cron.update(id, { name: 'Renamed' }, undefined)
  const renamed = () => singles('state').filter(({ payload }) => payload.name === 'Renamed')
  await until('the new name', () => renamed().length > 0)
  const lists = cloud.of('gateway.jobs').length
  gateway.clients.broadcast('cron', { jobId: id, action: 'updated' })
  gateway.cron.add(aJob('Another'))
  await until('the other job', () => singles('state').some(({ payload }) => payload.name === 'Another'))
  expect([renamed().length, cloud.of('gateway.jobs').length]).toEqual([1, lists])
})

test('a run is told under one key, live or found after a reconnect, and history from before us is not ours', async () => {
  const { cloud, gateway, start, singles } = await aWorld()
  gateway.cron.add(aJob('Runs'))
  const id = gateway.cron.named('Runs')?.id ?? ''
  gateway.cron.run(id)
  const first = await start()
  await until('the list', () => cloud.of('gateway.jobs').length > 0)
  gateway.cron.failing.add('Runs')
  gateway.cron.run(id)
  const live = await until('the run', () => cloud.of('cron.ran')[0])
  expect(live.payload).toMatchObject({ jobId: id, name: 'Runs', run: { status: 'error', inputTokens: 800 } })
  expect(cloud.of('cron.ran')).toHaveLength(1)
  const failed = { consecutiveErrors: 1, lastStatus: 'error', nextRunAt: expect.any(String) }
  const states = () => singles('state').map(({ payload }) => payload.job)
  await until('what the run left', () => states().some((job) => job?.consecutiveErrors === 1))
  expect(states().at(-1)).toMatchObject(failed)
  await first.stop()
  gateway.cron.run(id)
  await start()
  await until('the run from meanwhile', () => new Set(cloud.of('cron.ran').map(({ key }) => key)).size === 2)
  expect(cloud.of('cron.ran').every(({ key }) => key.startsWith(`cron.ran:${id}:`))).toBe(true)
})
