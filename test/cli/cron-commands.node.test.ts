import { expect, test } from 'vitest'
import type { CronChange, CronJobView } from '../../worker/features/cron/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { anApi, idOf } from './api.ts'

const at = '2026-11-21T10:00:00.000Z'
const job: CronJobView = {
  ...{ id: idOf('job', 1), externalId: 'j1', connectorId: idOf('con', 1), connectorName: 'edge', isReachable: true },
  ...{ agentId: idOf('agt', 1), agentName: 'Ledger', name: 'Report', description: null, schedule: {} },
  ...{ payloadKind: 'agentTurn', message: 'report', sessionTarget: 'isolated', revision: 'sha256:1', state: 'present' },
  ...{ isEnabled: true, isManaged: false, isAutoDisabled: false, nextRunAt: null, lastRunAt: null, lastStatus: null },
  ...{ lastError: null, runningSince: null, consecutiveFailures: 0, failureThreshold: null, isFailing: false },
  ...{ failingSince: null, missedAt: null, seenAt: at, openChanges: [] },
}
const aChange = (given: Partial<CronChange>): CronChange => ({
  ...{ id: idOf('cch', 1), kind: 'update', state: 'applied', connectorId: idOf('con', 1), agentId: idOf('agt', 1) },
  ...{ jobId: job.id, jobName: 'Report', patch: {}, mine: null, theirs: null, merged: 0, theirRevision: null },
  ...{ baseRevision: null, orderedBy: { id: 'usr_1', name: 'Lin' }, orderedAt: at, expiresAt: at, endedAt: at },
  ...{ failure: null, detail: null, reference: null },
  ...given,
})
const path = `/cron/jobs/${job.id}`
const cron = async (change: CronChange | null, ...words: string[]) => {
  const changed = (): [number, unknown] => [200, { job, change }]
  const api = await anApi({
    ...{ [`GET ${path}`]: () => [200, job], [`PATCH ${path}`]: changed, [`DELETE ${path}`]: changed },
    ...{ [`POST ${path}/disable`]: changed, [`POST ${path}/enable`]: changed, 'POST /cron/jobs': changed },
  })
  return { ...(await runCommand(['cron', ...words], api.env)), asked: api.asked }
}

test('an edit that says nothing is a wrong use, and asks the server nothing', async () => {
  const { code, stderr, asked } = await cron(null, 'edit', job.id)
  expect([code, stderr, asked]).toEqual([2, expect.stringContaining('Say what to change'), []])
})

test('where nothing had to be told to the gateway it is said why', async () => {
  const words = async (...args: string[]) => (await cron(null, ...args)).stderr
  expect(await words('edit', job.id, '--threshold', '3')).toBe('Changed; its gateway does not have to know of that.\n')
  expect(await words('disable', job.id)).toBe('It is disabled already.\n')
  expect(await words('enable', job.id)).toBe('It is enabled already.\n')
  expect(await words('delete', job.id, '--yes')).toBe('Its gateway has it no more.\n')
})

test('a change that the gateway did not take is a failure; one that waits for it is not', async () => {
  const edit = async (given: Partial<CronChange>) => {
    const { code, stderr } = await cron(aChange(given), 'edit', job.id, '--name', 'Other')
    return [code, stderr]
  }
  expect(await edit({})).toEqual([0, ''])
  expect(await edit({ state: 'waiting' })).toEqual([0, 'The gateway is away: it is made when that is back.\n'])
  expect(await edit({ state: 'sent' })).toEqual([1, `The gateway has not answered yet: change ${idOf('cch', 1)}.\n`])
  expect(await edit({ state: 'failed', detail: 'No such agent.' })).toEqual([
    1,
    'The change was not made: No such agent.\n',
  ])
  expect(await edit({ state: 'lapsed' })).toEqual([1, 'The change was not made: lapsed.\n'])
  expect(await edit({ state: 'conflict' })).toEqual([1, expect.stringContaining('clawbutler cron changes')])
})

test('who made a job is told where its id stands', async () => {
  const words = ['create', '--agent', idOf('agt', 1), '--name', 'Report', '--message', 'report', '--every', '6h']
  const { code, stderr } = await cron(aChange({ kind: 'add' }), ...words)
  expect([code, stderr]).toEqual([0, `Its id stands in: clawbutler cron list --agent ${idOf('agt', 1)}\n`])
})
