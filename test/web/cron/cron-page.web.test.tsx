import { afterEach, describe, expect, it } from 'vitest'
import '../../../web/features/cron/cron-page.tsx'
import type { CronChange, CronJobView, CronSummary, JobVersion } from '../../../worker/features/cron/contract.ts'
import '../support/loaded-pages.ts'
import { anId } from '../support/build.ts'
import { FakeServer, problem } from '../support/fake-server.ts'
import { button, click, openApp } from '../support/open-app.tsx'
import { until } from '../support/until.ts'

const at = '2026-11-21T10:00:00.000Z'
const version = (given: Partial<JobVersion> = {}): JobVersion => ({
  ...{ name: 'Report', schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'UTC' }, message: 'report', isEnabled: true },
  ...given,
})
const aChange = (n: number, given: Partial<CronChange>): CronChange => ({
  ...{ id: anId('cch', n), kind: 'update', state: 'waiting', connectorId: anId('con', 1), agentId: anId('agt', 1) },
  ...{ jobId: anId('job', 1), jobName: 'Report', patch: {}, mine: version(), theirs: version(), merged: 0 },
  ...{ theirRevision: 'sha256:2', baseRevision: 'sha256:1', orderedBy: { id: anId('usr', 1), name: 'Lin' } },
  ...{
    orderedAt: at,
    expiresAt: '2026-11-28T10:00:00.000Z',
    endedAt: null,
    failure: null,
    detail: null,
    reference: null,
  },
  ...given,
})
const aJob = (given: Partial<CronJobView> = {}): CronJobView => ({
  ...{ id: anId('job', 1), externalId: 'j1', connectorId: anId('con', 1), connectorName: 'edge', isReachable: false },
  ...{ agentId: anId('agt', 1), agentName: 'Ledger', name: 'Report', description: null, schedule: version().schedule },
  ...{ payloadKind: 'agentTurn', message: 'report', sessionTarget: 'isolated', revision: 'sha256:1', state: 'present' },
  ...{ isEnabled: true, isManaged: false, isAutoDisabled: false, nextRunAt: null, lastRunAt: null, lastStatus: null },
  ...{ lastError: null, runningSince: null, consecutiveFailures: 0, failureThreshold: null, isFailing: false },
  ...{ failingSince: null, missedAt: null, seenAt: at, openChanges: [] },
  ...given,
})
const counts = { jobs: 1, enabled: 1, managed: 0, failing: 0, missed: 0 }
const runs = { runs24h: 0, failures24h: 0, runs7d: 0, failures7d: 0, tokens24h: null, tokens7d: null }
const summary: CronSummary = {
  ...{ ...counts, ...runs, at, nextHour: { runs: 0, first: [] }, waitingChanges: 1, conflicts: 1, agents: [] },
}

describe('the jobs of all gateways', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const text = () => document.body.textContent ?? ''
  const says = (words: string) => until(() => text().includes(words))
  const open = async (state: { jobs?: CronJobView[]; changes?: CronChange[] }, more: Partial<FakeServer> = {}) => {
    const server = Object.assign(new FakeServer(), { ...more })
    const ahead = server.intercept
    server.intercept = (call) => {
      const page = (items: unknown[]) => Response.json({ items, nextCursor: null })
      const answer = ahead(call)
      if (answer) return answer
      if (call.path === '/cron/jobs') return page(state.jobs ?? [aJob()])
      if (call.path === '/cron/summary') return Response.json(summary)
      if (call.path === '/cron/changes') return page(state.changes ?? [])
      if (call.path === '/cron/runs') return Response.json({ items: [], nextCursor: null, source: 'recorded' })
      if (call.path === '/agents' || call.path === '/connectors') return page([])
      return undefined
    }
    close = (await openApp('/cron', server)).close
    return server
  }

  it('show what waits for a gateway that is away, and take it back', async () => {
    const state = { changes: [aChange(1, { merged: 2 })] }
    const cancelled = aChange(1, { state: 'cancelled', endedAt: at })
    const intercept: FakeServer['intercept'] = ({ method, path }) => {
      if (method !== 'POST' || path !== `/cron/changes/${anId('cch', 1)}/cancel`) return undefined
      state.changes = []
      return Response.json(cancelled)
    }
    const server = await open(state, { intercept })
    const list = await until(() => document.querySelector('ul[aria-label]')?.closest('section'))
    expect(list.textContent).toContain('Lin')
    await says('Report')
    const take = await until(() => [...list.querySelectorAll('button')].at(-1))
    await click(take)
    await until(() => server.callsOf(`POST /cron/changes/${anId('cch', 1)}/cancel`).length === 1)
    await until(() => !document.body.contains(take))
  })

  it('lay both versions of a conflict side by side, and send which of them holds with what was looked at', async () => {
    const conflict = aChange(2, {
      state: 'conflict',
      mine: version({ message: 'mine' }),
      theirs: version({ message: 'theirs' }),
    })
    let answers = 0
    const intercept: FakeServer['intercept'] = ({ path }) => {
      if (!path.endsWith('/resolve')) return undefined
      answers += 1
      // The first time somebody was faster.
      return answers === 1 ? problem(409, 'conflict') : Response.json({ ...conflict, state: 'waiting' })
    }
    const server = await open({ changes: [conflict] }, { intercept })
    await click(await until(() => button('Compare') ?? document.querySelector('ul[aria-label] .btn-primary')))
    const dialog = await until(() => document.querySelector('[role=dialog]'))
    expect([...dialog.querySelectorAll('.bg-medium-soft')].map((side) => side.textContent)).toEqual(['mine', 'theirs'])
    const mine = () => document.querySelector('[role=dialog] .btn-primary')
    await click(mine())
    await until(() => document.querySelector('[role=dialog] [role=alert]'))
    await click(mine())
    await until(() => document.querySelector('[role=dialog]') === null)
    const [, sent] = server.callsOf(`POST /cron/changes/${anId('cch', 2)}/resolve`)
    expect(sent?.body).toEqual({ answer: 'mine', theirRevision: 'sha256:2' })
  })

  it('offer nothing to change to somebody who may only look', async () => {
    await open({ changes: [aChange(1, {}), aChange(2, { state: 'conflict' })] }, { role: 'viewer' })
    await until(() => document.querySelectorAll('ul[aria-label] > li').length >= 2)
    expect(document.querySelectorAll('ul[aria-label] button')).toHaveLength(0)
    expect(button('New job')).toBe(undefined)
  })

  it('say that there are none, that they could not be read, and that what waits could not', async () => {
    await open({ jobs: [] })
    await until(() => text().length > 0 && document.querySelector('[aria-busy=true]') === null)
    await close()
    const intercept: FakeServer['intercept'] = ({ path }) =>
      path === '/cron/jobs' || path === '/cron/changes' ? problem(503, 'unavailable') : undefined
    await open({}, { intercept })
    await until(() => document.querySelectorAll('[role=alert]').length === 2)
  })
})
