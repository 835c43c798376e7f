import { expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { ChangedJob, CronChange, CronJobView, CronSettings, RunPage } from '../../worker/features/cron/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { connectOperator } from '../support/openclaw/operator.ts'
import { until } from '../support/product/client.ts'
import { endOf } from '../support/product/server.ts'

/** Scheduled jobs of the real gateway: each test goes on where the one before ended. */

const lab = aLaboratory({ groups: ['read', 'approvals', 'manage'] })

const isAway = () =>
  until('the gateway to be away', async () => (await jobs()).every(({ isReachable }) => !isReachable) || undefined)

const send = async <T extends z.ZodType>(
  schema: T,
  method: string,
  path: string,
  body?: unknown,
): Promise<z.infer<T>> => {
  const answer = await fetch(`${lab.server.url}/api/v1/cron${path}`, {
    method,
    headers: { authorization: await lab.client.authorization(), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const told = await answer.json()
  if (!answer.ok) throw new Error(JSON.stringify(told))
  return schema.parse(told)
}
const jobs = async () => (await send(Page(CronJobView), 'GET', '/jobs')).items
const named = (name: string) => until(`the job ${name}`, async () => (await jobs()).find((job) => job.name === name))
const AtGateway = z.object({ name: z.string(), enabled: z.boolean(), configRevision: z.string() })
const atGateway = async (id: string) => AtGateway.parse(await lab.operator.call('cron.get', { id }))
const told = async () => (await lab.client.get(Page(AuditEntry), '/audit/events?type=cron.&limit=200')).items
const patch = async (id: string, change: object) => {
  const { revision } = await send(CronJobView, 'GET', `/jobs/${id}`)
  const changed = await send(ChangedJob, 'PATCH', `/jobs/${id}`, { expectedRevision: revision, ...change })
  if (!changed.change) throw new Error('nothing was ordered')
  return changed.change
}
const ends = (id: string, state: CronChange['state']) =>
  until(
    `the change to be ${state}`,
    async () => {
      const change = await send(CronChange, 'GET', `/changes/${id}`)
      return change.state === state ? change : undefined
    },
    60_000,
  )

test('what the gateway keeps itself is listed as such, and a job that is made here stands at the gateway', async ({
  skip,
}) => {
  lab.needs(skip)
  const managed = await until('the managed jobs', async () => (await jobs()).find(({ isManaged }) => isManaged))
  expect(managed).toMatchObject({ state: 'present', isReachable: true })
  const schedule = { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Asia/Shanghai' }
  const added = await send(ChangedJob, 'POST', '/jobs', {
    agentId: lab.agent.id,
    name: 'Report',
    schedule,
    message: 'Report.',
  })
  expect(added.change).toMatchObject({ kind: 'add', state: 'applied' })
  await until('its revision', async () => (await named('Report')).revision)
  const job = await named('Report')
  expect(job).toMatchObject({ isManaged: false, isEnabled: true, message: 'Report.', schedule, agentId: lab.agent.id })
  expect(await atGateway(job.externalId)).toMatchObject({ name: 'Report', configRevision: job.revision })
  // The gateway says when it is due; so does the expression in its zone.
  expect(new Date(job.nextRunAt ?? 0).getUTCHours()).toBe(1)
})

test('a job that somebody edits, makes or removes at the gateway is seen here', async ({ skip }) => {
  lab.needs(skip)
  const { externalId, id } = await named('Report')
  await lab.operator.call('cron.update', { id: externalId, patch: { name: 'Renamed by hand', enabled: false } })
  expect(await named('Renamed by hand')).toMatchObject({ id, isEnabled: false })
  await lab.operator.call('cron.add', {
    name: 'By hand',
    schedule: { kind: 'every', everyMs: 3_600_000 },
    sessionTarget: 'isolated',
    payload: { kind: 'agentTurn', message: 'Hello.' },
    agentId: 'main',
    delivery: { mode: 'none' },
  })
  const made = await named('By hand')
  expect(made).toMatchObject({ isManaged: false, message: 'Hello.' })
  await lab.operator.call('cron.remove', { id: made.externalId })
  await until('the job to be gone', async () => (await jobs()).every(({ name }) => name !== 'By hand') || undefined)
})

test('a run is kept once with its trace, and a job that fails again and again is said to be failing', async ({
  skip,
}) => {
  lab.needs(skip)
  const { id } = await named('Renamed by hand')
  expect((await send(ChangedJob, 'POST', `/jobs/${id}/run`)).change).toMatchObject({ kind: 'run', state: 'applied' })
  const runs = () => send(RunPage, 'GET', `/jobs/${id}/runs`)
  const first = await until('the run', async () => (await runs()).items.find(({ traceId }) => traceId !== null), 60_000)
  expect(first).toMatchObject({ status: 'ok', jobName: 'Renamed by hand' })
  expect(first.inputTokens ?? 0).toBeGreaterThan(0)
  const started = await until('the trace', async () => {
    const { items } = await lab.client.get(Page(AuditEntry), '/audit/events?type=run.started&limit=50')
    return items.find(({ payload }) => payload.sessionKey === first.sessionKey)
  })
  expect(started.traceId).toBe(first.traceId)
  await send(CronSettings, 'PUT', '/settings', { failureThreshold: 2 })
  await ends((await patch(id, { message: 'FAIL please' })).id, 'applied')
  for (let count = 1; count <= 2; count++) {
    await send(ChangedJob, 'POST', `/jobs/${id}/run`)
    await until(
      `failure ${count}`,
      async () => (await send(CronJobView, 'GET', `/jobs/${id}`)).consecutiveFailures >= count || undefined,
      120_000,
    )
  }
  await until('the alert', async () => (await told()).some(({ type }) => type === 'cron.failing') || undefined)
  expect((await runs()).items.filter(({ status }) => status === 'error')).toHaveLength(2)
  expect((await told()).filter(({ type }) => type === 'cron.failing')).toHaveLength(1)
}, 300_000)

test('while the gateway is down changes wait; back again they are made, and what fits no more is a conflict', async ({
  skip,
}) => {
  lab.needs(skip)
  const calm = await send(ChangedJob, 'POST', '/jobs', {
    agentId: lab.agent.id,
    name: 'Calm',
    schedule: { kind: 'every', everyMs: 86_400_000 },
    message: 'Calm.',
  })
  expect(calm.change?.state).toBe('applied')
  const [job, contested] = [await named('Calm'), await named('Renamed by hand')]
  await lab.gateway.stop()
  await isAway()
  const change = await patch(job.id, { message: 'Calmer.' })
  expect([change.state, (await patch(job.id, { name: 'Calmer' })).id]).toEqual(['waiting', change.id])
  await lab.gateway.restart()
  await ends(change.id, 'applied')
  expect(await named('Calmer')).toMatchObject({ id: job.id, message: 'Calmer.' })
  lab.operator = await connectOperator(lab.gateway.url, lab.gateway.token)
  expect((await atGateway(job.externalId)).name).toBe('Calmer')
  await endOf(lab.connector.child)
  await isAway()
  const contender = await patch(contested.id, { name: 'Renamed here' })
  expect(contender.state).toBe('waiting')
  await lab.operator.call('cron.update', { id: contested.externalId, patch: { name: 'Renamed there' } })
  lab.dial()
  await named('Renamed there')
  const conflict = await ends(contender.id, 'conflict')
  expect(conflict).toMatchObject({ mine: { name: 'Renamed here' }, theirs: { name: 'Renamed there' } })
  const answer = { answer: 'mine', theirRevision: conflict.theirRevision }
  expect(await send(CronChange, 'POST', `/changes/${conflict.id}/resolve`, answer)).toMatchObject({ state: 'applied' })
  expect((await atGateway(contested.externalId)).name).toBe('Renamed here')
  expect((await send(Page(CronChange), 'GET', '/changes?state=open')).items).toEqual([])
}, 300_000)
