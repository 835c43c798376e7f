import { afterEach, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import {
  ChangedJob,
  CronChange,
  CronJobView,
  CronSettings,
  CronSummary,
  RunPage,
} from '../../../worker/features/cron/contract.ts'
import { failingJobs } from '../../../worker/features/cron/index.ts'
import { findMissedRuns } from '../../../worker/features/cron/jobs/missed.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aCronGateway, aCronJob, aCronRun } from '../../support/cron-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const Jobs = Page(CronJobView)

const aWorld = async (jobs = [aCronJob('a')], groups?: Parameters<typeof aCronGateway>[2]) => {
  const owner = await anOrganization()
  const cron = await aCronGateway(owner, jobs, groups)
  const headers = await owner.authorization()
  const send = (method: Method, path: string, body?: unknown) => call(`/api/v1/cron${path}`, { method, headers, body })
  const get = async <T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T>> =>
    schema.parse(await (await send('GET', path)).json())
  const job = async (externalId: string) => {
    const all = [...(await get(Jobs, '/jobs')).items, ...(await get(Jobs, '/jobs?state=gone')).items]
    const found = all.find((each) => each.externalId === externalId)
    if (!found) throw new Error(`no job ${externalId}`)
    return found
  }
  const told = async () => {
    const events = await checkAuditLog(owner.organizationId)
    return events.filter(({ type }) => type.startsWith('cron.')).map(({ type }) => type)
  }
  return { ...cron, owner, headers, send, get, job, told }
}
const changedOf = async (answer: Response) => {
  const body = await answer.json()
  if (!answer.ok) throw new Error(JSON.stringify(body))
  return ChangedJob.parse(body)
}
const problemOf = async (answer: Response) => Problem.parse(await answer.json())
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

afterEach(() => {
  vi.useRealTimers()
})

test('the jobs of a gateway are listed, in parts, found by filters, and marked gone when a whole list lacks them', async () => {
  const managed = aCronJob('m', { isManaged: true, name: 'Dreaming' })
  const world = await aWorld([aCronJob('a'), aCronJob('b', { isEnabled: false }), managed])
  await world.gateway.list(1)
  const all = await world.get(Jobs, '/jobs')
  expect(all.items.map(({ name }) => name)).toEqual(['Dreaming', 'Job a', 'Job b'])
  expect(await world.job('a')).toMatchObject({
    agentId: world.agentId,
    agentName: 'Main',
    isReachable: true,
    message: 'Look around.',
    isEnabled: true,
    openChanges: [],
  })
  const names = async (query: string) => (await world.get(Jobs, `/jobs?${query}`)).items.map(({ name }) => name)
  expect(await names('managed=true')).toEqual(['Dreaming'])
  expect(await names('enabled=false')).toEqual(['Job b'])
  expect(await names('failing=true')).toEqual([])
  expect(await names('failing=false&managed=false')).toEqual(['Job a', 'Job b'])
  expect(await names(`agentId=${world.agentId}&query=JOB`)).toEqual(['Job a', 'Job b'])
  const first = await world.get(Jobs, '/jobs?limit=2')
  const second = await world.get(Jobs, `/jobs?limit=2&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map(({ externalId }) => externalId)).toEqual(['m', 'a', 'b'])
  world.gateway.jobs.delete('b')
  await world.gateway.list(1)
  await world.gateway.list(1)
  expect([await names('state=gone'), await names('')]).toEqual([['Job b'], ['Dreaming', 'Job a']])
  // Back again it is the same job, with what is ours of it.
  world.gateway.edit('b', {})
  await world.gateway.list()
  expect(await names('')).toEqual(['Dreaming', 'Job a', 'Job b'])
  // What a job says to its agent is for the list alone.
  await checkAuditLog(world.owner.organizationId, ['Look around.'])
})

test('a job is added, changed, switched off, run and removed, each once, and told', async () => {
  const world = await aWorld()
  const definition = {
    agentId: world.agentId,
    name: 'Report',
    schedule: { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Asia/Shanghai' },
    message: 'Write the report.',
  }
  const added = await changedOf(await world.send('POST', '/jobs', definition))
  expect(added).toMatchObject({ job: null, change: { kind: 'add', state: 'applied', jobName: 'Report' } })
  await world.gateway.list()
  const [externalId = ''] = [...world.gateway.jobs.keys()].filter((id) => id !== 'a')
  const { id, revision } = await world.job(externalId)
  const renamed = await changedOf(
    await world.send('PATCH', `/jobs/${id}`, { expectedRevision: revision, name: 'Daily report' }),
  )
  // The list follows at once, before the gateway tells.
  expect(renamed).toMatchObject({ job: { name: 'Daily report' }, change: { state: 'applied', merged: 0 } })
  expect(renamed.job?.revision).toBe(world.gateway.jobs.get(externalId)?.revision)
  const stale = await world.send('PATCH', `/jobs/${id}`, { expectedRevision: revision, name: 'Weekly' })
  expect([stale.status, (await problemOf(stale)).code]).toEqual([409, 'stale'])
  expect((await changedOf(await world.send('POST', `/jobs/${id}/disable`))).job?.isEnabled).toBe(false)
  expect((await changedOf(await world.send('POST', `/jobs/${id}/disable`))).change).toBeNull()
  expect((await changedOf(await world.send('POST', `/jobs/${id}/enable`))).job?.isEnabled).toBe(true)
  expect((await changedOf(await world.send('POST', `/jobs/${id}/run`))).change).toMatchObject({
    kind: 'run',
    state: 'applied',
    reference: 'run-1',
  })
  expect((await changedOf(await world.send('DELETE', `/jobs/${id}`))).job?.state).toBe('gone')
  expect((await changedOf(await world.send('DELETE', `/jobs/${id}`))).change).toBeNull()
  expect(world.gateway.made).toHaveLength(6)
  const threshold = await changedOf(
    await world.send('PATCH', `/jobs/${(await world.job('a')).id}`, { failureThreshold: 5 }),
  )
  expect(threshold).toMatchObject({ change: null, job: { failureThreshold: 5 } })
  const types = await world.told()
  expect([
    types.filter((type) => type === 'cron.change-ordered').length,
    types.filter((type) => type === 'cron.change-applied').length,
    types.filter((type) => type === 'cron.threshold-changed').length,
  ]).toEqual([6, 6, 1])
})

test('what no gateway would take is refused before anything is ordered', async () => {
  const world = await aWorld([aCronJob('a'), aCronJob('m', { isManaged: true })])
  const [job, managed] = [await world.job('a'), await world.job('m')]
  const wrong = async (schedule: unknown) => {
    const answer = await world.send('PATCH', `/jobs/${job.id}`, { expectedRevision: job.revision, schedule })
    return [answer.status, (await problemOf(answer)).errors?.[0]?.path]
  }
  expect(await wrong({ kind: 'cron', expr: '61 * * * *' })).toEqual([422, 'schedule.expr'])
  expect(await wrong({ kind: 'cron', expr: 'every day' })).toEqual([422, 'schedule.expr'])
  expect(await wrong({ kind: 'cron', expr: '0 0 31 2 *' })).toEqual([422, 'schedule.expr'])
  expect(await wrong({ kind: 'cron', expr: '0 9 * * *', tz: 'Mars/Base' })).toEqual([422, 'schedule.tz'])
  expect(await wrong({ kind: 'at', at: '2020-01-01T00:00:00Z' })).toEqual([422, 'schedule.at'])
  expect((await wrong({ kind: 'every', everyMs: 10 }))[0]).toBe(422)
  const status = async (method: Method, path: string, body?: unknown) => (await world.send(method, path, body)).status
  expect(await status('PATCH', `/jobs/${job.id}`, { name: 'without a revision' })).toBe(422)
  expect(await status('PATCH', `/jobs/${job.id}`, { expectedRevision: job.revision })).toBe(422)
  const redacted = { expectedRevision: job.revision, message: 'key __OPENCLAW_REDACTED__' }
  expect(await status('PATCH', `/jobs/${job.id}`, redacted)).toBe(422)
  for (const [method, path, body] of [
    ['PATCH', '', { expectedRevision: managed.revision, name: 'x' }],
    ['DELETE', '', undefined],
    ['POST', '/disable', undefined],
  ] as const) {
    const answer = await world.send(method, `/jobs/${managed.id}${path}`, body)
    expect([answer.status, (await problemOf(answer)).context]).toEqual([409, { because: 'managed' }])
  }
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? 'invalid' : undefined)
  expect(await status('POST', `/jobs/${job.id}/disable`)).toBe(422)
  expect(world.gateway.made).toEqual([])
  const readOnly = await aWorld([aCronJob('a')], ['read'])
  const refused = await readOnly.send('POST', `/jobs/${(await readOnly.job('a')).id}/disable`)
  expect([refused.status, (await problemOf(refused)).context]).toEqual([409, { because: 'read_only' }])
})

test('another tenant finds nothing, and who may only read changes nothing', async () => {
  const world = await aWorld()
  const { id } = await world.job('a')
  const { change } = await changedOf(await world.send('POST', `/jobs/${id}/disable`))
  const stranger = await (await anOrganization()).authorization()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const routes: [Method, string, unknown?][] = [
    ['PATCH', `/jobs/${id}`, { failureThreshold: 1 }],
    ['DELETE', `/jobs/${id}`],
    ['POST', `/jobs/${id}/enable`],
    ['POST', `/jobs/${id}/disable`],
    ['POST', `/jobs/${id}/run`],
    ['POST', `/changes/${change?.id}/cancel`],
    ['POST', `/changes/${change?.id}/resolve`, { answer: 'theirs' }],
    [
      'POST',
      '/jobs',
      { agentId: world.agentId, name: 'x', schedule: { kind: 'every', everyMs: 60_000 }, message: 'x' },
    ],
  ]
  const before = [...world.gateway.made]
  for (const [method, path, body] of routes) {
    const as = async (headers: Record<string, string>) =>
      (await call(`/api/v1/cron${path}`, { method, headers, body })).status
    expect([path, await as(stranger), await as(viewer)]).toEqual([path, 404, 403])
  }
  const theirs = async (path: string) => (await call(`/api/v1/cron${path}`, { headers: stranger })).status
  for (const path of [`/jobs/${id}`, `/jobs/${id}/runs`, `/changes/${change?.id}`]) expect(await theirs(path)).toBe(404)
  const empty = await call('/api/v1/cron/jobs', { headers: stranger })
  expect(Jobs.parse(await empty.json()).items).toEqual([])
  const settings = await call('/api/v1/cron/settings', {
    method: 'PUT',
    headers: viewer,
    body: { failureThreshold: 1 },
  })
  expect(settings.status).toBe(403)
  expect(world.gateway.made).toEqual(before)
  expect((await call(`/api/v1/cron/jobs/${id}`, { headers: viewer })).status).toBe(200)
})

test('a job fails at its threshold and recovers, each said once, however often it is told', async () => {
  const world = await aWorld()
  const { id } = await world.job('a')
  for (const [count, minutes] of [
    [1, 50],
    [2, 40],
    [3, 30],
    [4, 20],
  ] as const) {
    const at = minutesAgo(minutes)
    const failed = { at, status: 'error', summary: null, error: 'Mail to jane.doe@example.com failed' }
    await world.gateway.ran('a', failed, { consecutiveErrors: count, lastError: 'Mail to jane.doe@example.com failed' })
    await world.gateway.ran('a', failed, { consecutiveErrors: count })
    expect((await world.job('a')).isFailing).toBe(count >= 3)
  }
  const jobs = await failingJobs(world.owner.ctx, [world.agentId])
  expect(jobs.get(world.agentId)).toMatchObject([{ id, name: 'Job a', consecutiveFailures: 4 }])
  expect(await failingJobs((await anOrganization()).ctx, [world.agentId])).toEqual(new Map())
  const summary = await world.get(CronSummary, '/summary')
  expect(summary).toMatchObject({
    jobs: 1,
    failing: 1,
    runs24h: 4,
    failures24h: 4,
    runs7d: 4,
    tokens24h: 480,
    nextHour: { runs: 1 },
    agents: [{ name: 'Main', failing: 1, failures7d: 4 }],
  })
  const { items } = await world.get(RunPage, `/runs?status=failed&agentId=${world.agentId}`)
  expect(items).toHaveLength(4)
  expect(JSON.stringify(items)).not.toContain('jane.doe')
  await world.gateway.ran('a', { at: minutesAgo(1) }, { consecutiveErrors: 0 })
  expect((await world.job('a')).isFailing).toBe(false)
  const failures = (await world.told()).filter((type) => type !== 'cron.ran')
  expect(failures).toEqual(['cron.failing', 'cron.recovered'])
})

test('the threshold of the organization and of a job decide at once', async () => {
  const world = await aWorld([aCronJob('a', { consecutiveErrors: 2 }), aCronJob('b', { consecutiveErrors: 2 })])
  const failing = async () => (await world.get(Jobs, '/jobs?failing=true')).items.map(({ externalId }) => externalId)
  expect([await world.get(CronSettings, '/settings'), await failing()]).toEqual([
    { failureThreshold: 3, version: 0 },
    [],
  ])
  await world.send('PATCH', `/jobs/${(await world.job('b')).id}`, { failureThreshold: 2 })
  expect(await failing()).toEqual(['b'])
  await world.send('PUT', '/settings', { failureThreshold: 1 })
  await world.send('PUT', '/settings', { failureThreshold: 1 })
  expect([await world.get(CronSettings, '/settings'), await failing()]).toEqual([
    { failureThreshold: 1, version: 1 },
    ['a', 'b'],
  ])
  await world.send('PATCH', `/jobs/${(await world.job('a')).id}`, { failureThreshold: 9 })
  expect(await failing()).toEqual(['b'])
  for (const wrong of [0, 101, 1.5, null])
    expect((await world.send('PUT', '/settings', { failureThreshold: wrong })).status).toBe(422)
  expect((await world.told()).filter((type) => type === 'cron.threshold-changed')).toHaveLength(3)
})

test('history is what was told and what the gateway still knows, once each, and stays when the gateway has gone', async () => {
  const world = await aWorld()
  const { id } = await world.job('a')
  const runId = crypto.randomUUID()
  await world.gateway.ran('a', { at: minutesAgo(10), runId, summary: 'x'.repeat(900) })
  // The agent's own run may be told after the job's.
  const [late, sessionKey] = [crypto.randomUUID(), 'agent:main:cron:a:run:late']
  await world.gateway.ran('a', { at: minutesAgo(30), sessionKey })
  const payload = { agent: 'main', sessionKey, runId: late }
  await world.gateway.link.report({ key: `run.started:${late}`, at: minutesAgo(30), type: 'run.started', payload })
  const { items } = await world.get(RunPage, '/runs')
  expect(items.find((run) => run.sessionKey === sessionKey)?.traceId).toBe(late.replaceAll('-', ''))
  // What the gateway says of a run that is known, of one that was never told, and one that it has forgotten.
  world.gateway.history = [aCronRun('a', minutesAgo(5)), aCronRun('a', minutesAgo(20))]
  const live = await world.get(RunPage, `/jobs/${id}/runs`)
  expect([live.source, live.items.length, live.items.map(({ at }) => at)]).toEqual([
    'live',
    4,
    live.items
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  ])
  expect(live.items[1]).toMatchObject({ traceId: runId.replaceAll('-', ''), jobName: 'Job a', inputTokens: 100 })
  expect(live.items[1]?.summary?.length).toBe(500)
  world.gateway.history = []
  world.gateway.link.close()
  await world.gateway.link.closing()
  const first = await world.get(RunPage, `/jobs/${id}/runs?limit=2`)
  const rest = await world.get(RunPage, `/jobs/${id}/runs?limit=2&cursor=${first.nextCursor}`)
  expect([first.source, [...first.items, ...rest.items], rest.nextCursor]).toEqual(['recorded', live.items, null])
})

test('a run that was due and did not happen is said once; one that runs, or whose gateway was away, is not', async () => {
  const due = minutesAgo(30)
  const jobs = [
    aCronJob('missed', { nextRunAt: due }),
    aCronJob('running', { nextRunAt: due, runningSince: due }),
    aCronJob('done', { nextRunAt: due, lastRunAt: minutesAgo(29) }),
    aCronJob('off', { nextRunAt: due, isEnabled: false }),
    aCronJob('barely', { nextRunAt: minutesAgo(2.6) }),
    aCronJob('soon', { nextRunAt: minutesAgo(2) }),
  ]
  const world = await aWorld(jobs)
  const { env } = world.owner.ctx
  const missed = async () => {
    await findMissedRuns(world.owner.ctx)
    return (await world.get(Jobs, '/jobs?missed=true')).items.map(({ externalId, missedAt }) => [externalId, missedAt])
  }
  // The connector came only after they were due.
  expect(await missed()).toEqual([])
  await env.DB.prepare('update connectors set connected_at = ? where id = ?')
    .bind(Date.now() - 3_600_000, world.connector.id)
    .run()
  const both = [
    ['barely', expect.any(String)],
    ['missed', due],
  ]
  expect([await missed(), await missed()]).toEqual([both, both])
  expect((await world.told()).filter((type) => type === 'cron.missed')).toHaveLength(2)
  const later = new Date(Date.now() + 60_000).toISOString()
  for (const id of ['barely', 'missed']) world.gateway.edit(id, { nextRunAt: later })
  await world.gateway.list()
  expect(await missed()).toEqual([])
})

test('while as many jobs run as the gateway runs at once, one that is due waits and is not missed yet', async () => {
  const busy = Array.from({ length: 8 }, (_, at) => aCronJob(`busy-${at}`, { runningSince: minutesAgo(20) }))
  const waiting = [aCronJob('late', { nextRunAt: minutesAgo(12) }), aCronJob('queued', { nextRunAt: minutesAgo(4) })]
  const world = await aWorld([...busy, ...waiting])
  await world.owner.ctx.env.DB.prepare('update connectors set connected_at = ? where id = ?')
    .bind(Date.now() - 3_600_000, world.connector.id)
    .run()
  const missed = async () => {
    await findMissedRuns(world.owner.ctx)
    return (await world.get(Jobs, '/jobs?missed=true')).items.map(({ externalId }) => externalId)
  }
  expect(await missed()).toEqual(['late'])
  world.gateway.edit('busy-0', { runningSince: null, lastRunAt: minutesAgo(20) })
  await world.gateway.list()
  expect(await missed()).toEqual(['late', 'queued'])
})

test('a change is shown to whoever orders it, with what it is made to', async () => {
  const world = await aWorld()
  const { id, revision } = await world.job('a')
  const { change } = await changedOf(
    await world.send('PATCH', `/jobs/${id}`, { expectedRevision: revision, message: 'Look twice.' }),
  )
  expect(await world.get(CronChange, `/changes/${change?.id}`)).toMatchObject({
    state: 'applied',
    patch: { message: 'Look twice.' },
    mine: { name: 'Job a', message: 'Look twice.', isEnabled: true },
    theirs: { message: 'Look twice.' },
    baseRevision: revision,
  })
  expect((await world.get(Page(CronChange), `/changes?jobId=${id}&state=ended`)).items).toHaveLength(1)
  expect((await world.get(Page(CronChange), '/changes?state=open')).items).toEqual([])
  await checkAuditLog(world.owner.organizationId, ['Look twice.'])
})
