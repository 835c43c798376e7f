import { evictDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { expireCronChanges } from '../../../worker/features/cron/changes/expire.ts'
import { handOverWaiting } from '../../../worker/features/cron/changes/hand-over.ts'
import { resolveCronChange } from '../../../worker/features/cron/changes/resolve.ts'
import { ChangedJob, CronChange, CronJobView } from '../../../worker/features/cron/contract.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aCronGateway, aCronJob } from '../../support/cron-gateway.ts'
import { anOrganization } from '../../support/organizations.ts'

const patience = { timeout: 20_000, interval: 20 }

const aWorld = async (jobs = [aCronJob('a'), aCronJob('b')]) => {
  const owner = await anOrganization()
  const cron = await aCronGateway(owner, jobs)
  const headers = await owner.authorization()
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
    call(`/api/v1/cron${path}`, { method, headers, body })
  const get = async <T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T>> =>
    schema.parse(await (await send('GET', path)).json())
  const job = async (externalId: string) => {
    const found = (await get(Page(CronJobView), '/jobs')).items.find((each) => each.externalId === externalId)
    if (!found) throw new Error(`no job ${externalId}`)
    return found
  }
  const patch = async (id: string, change: object) => {
    const { id: ours, revision } = await job(id)
    const answer = await send('PATCH', `/jobs/${ours}`, { expectedRevision: revision, ...change })
    const { change: ordered } = ChangedJob.parse(await answer.json())
    if (!ordered) throw new Error('nothing was ordered')
    return ordered
  }
  const change = (id: string) => get(CronChange, `/changes/${id}`)
  const open = async () => (await get(Page(CronChange), '/changes?state=open')).items
  const away = async () => {
    cron.gateway.link.close()
    await cron.gateway.link.closing()
    const isAway = async () =>
      expect((await get(Page(CronJobView), '/jobs')).items.every(({ isReachable }) => !isReachable)).toBe(true)
    await vi.waitFor(isAway, patience)
  }
  const ends = (id: string, state: CronChange['state']) =>
    vi.waitFor(async () => expect((await change(id)).state).toBe(state), patience)
  const told = async () =>
    (await checkAuditLog(owner.organizationId)).filter(({ type }) => type.startsWith('cron.')).map(({ type }) => type)
  return { ...cron, owner, send, get, job, patch, change, open, away, ends, told }
}

afterEach(() => {
  vi.useRealTimers()
})

test('while the gateway is away changes wait, merge, and can be taken back; then each is made once, in order', async () => {
  const world = await aWorld()
  await world.away()
  const first = await world.patch('a', { name: 'Renamed' })
  const second = await world.patch('a', { name: 'Renamed again', message: 'New.' })
  expect([second.id, second]).toMatchObject([
    first.id,
    { state: 'waiting', merged: 1, mine: { name: 'Renamed again', message: 'New.' }, theirs: { name: 'Job a' } },
  ])
  const days = (Date.parse(first.expiresAt) - Date.parse(first.orderedAt)) / 86_400_000
  expect(days).toBe(7)
  expect((await world.job('a')).openChanges).toMatchObject([{ id: first.id, kind: 'update', state: 'waiting' }])
  const run = await world.send('POST', `/jobs/${(await world.job('a')).id}/run`)
  expect([run.status, Problem.parse(await run.json()).context]).toEqual([503, { because: 'connector_offline' }])
  const off = await world.patch('b', { isEnabled: false })
  const cancel = async () => (await world.send('POST', `/changes/${off.id}/cancel`)).status
  expect([await cancel(), await cancel(), (await world.change(off.id)).state]).toEqual([200, 200, 'cancelled'])
  const removed = ChangedJob.parse(await (await world.send('DELETE', `/jobs/${(await world.job('b')).id}`)).json())
  const refused = await world.send('POST', `/jobs/${(await world.job('b')).id}/disable`)
  expect([refused.status, Problem.parse(await refused.json()).context]).toMatchObject([
    409,
    { because: 'to_be_removed' },
  ])
  const agentId = world.agentId
  const definition = { agentId, name: 'New', schedule: { kind: 'every', everyMs: 60_000 }, message: 'Hi.' }
  const added = ChangedJob.parse(await (await world.send('POST', '/jobs', definition)).json())
  expect((await world.open()).map(({ kind, state }) => [kind, state])).toEqual([
    ['add', 'waiting'],
    ['remove', 'waiting'],
    ['update', 'waiting'],
  ])
  expect(world.gateway.changes()).toEqual([])
  await world.back()
  for (const id of [first.id, removed.change?.id, added.change?.id]) await world.ends(id ?? '', 'applied')
  expect(world.gateway.jobs.get('a')).toMatchObject({ name: 'Renamed again', payload: { message: 'New.' } })
  expect([world.gateway.jobs.has('b'), world.gateway.jobs.size, world.gateway.made.length]).toEqual([false, 2, 3])
  expect((await world.send('POST', `/changes/${first.id}/cancel`)).status).toBe(409)
  const types = await world.told()
  expect(types.filter((type) => type === 'cron.change-applied')).toHaveLength(3)
  expect(types.filter((type) => type === 'cron.change-cancelled')).toHaveLength(1)
})

test('a connector that dies between doing and answering, and an evicted session, make a change once', async () => {
  const world = await aWorld()
  await world.away()
  const { id } = await world.patch('a', { name: 'Once' })
  // It is made, and nobody hears of it.
  let heard = 0
  world.gateway.instead = ({ command }) => (command === 'gateway.change' && ++heard < 3 ? null : undefined)
  await world.back()
  await vi.waitFor(() => expect(heard).toBe(1), patience)
  expect((await world.change(id)).state).toBe('sent')
  expect((await world.send('POST', `/changes/${id}/cancel`)).status).toBe(409)
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  await world.back()
  await vi.waitFor(() => expect(heard).toBe(2), patience)
  await world.away()
  await world.back()
  await world.ends(id, 'applied')
  // The answer once more, and the clock of the minute, change nothing.
  world.gateway.link.answer(id, 'stale')
  await handOverWaiting(world.owner.ctx)
  expect((await world.change(id)).state).toBe('applied')
  const ids = world.gateway.changes().map((command) => command.id)
  expect([new Set(ids), world.gateway.made]).toEqual([new Set([id]), [id]])
  expect((await world.told()).filter((type) => type === 'cron.change-applied')).toHaveLength(1)
})

test('a further change waits behind one that is under way, and is made to what that one left', async () => {
  const world = await aWorld()
  await world.away()
  const first = await world.patch('a', { name: 'First' })
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  await world.back()
  await vi.waitFor(async () => expect((await world.change(first.id)).state).toBe('sent'), patience)
  const second = await world.patch('a', { message: 'Second.' })
  expect([second.state, second.id === first.id]).toEqual(['waiting', false])
  world.gateway.instead = null
  await world.away()
  await world.back()
  await world.ends(first.id, 'applied')
  await world.ends(second.id, 'applied')
  expect(world.gateway.made).toEqual([first.id, second.id])
  expect(world.gateway.jobs.get('a')).toMatchObject({ name: 'First', payload: { message: 'Second.' } })
})

test('a job that was changed meanwhile is a conflict that shows both versions, and mine or theirs is the answer', async () => {
  const world = await aWorld()
  await world.away()
  const [mine, theirs] = [await world.patch('a', { name: 'Mine' }), await world.patch('b', { name: 'Mine' })]
  world.gateway.edit('a', { name: 'Theirs', schedule: { kind: 'every', everyMs: 60_000 } })
  world.gateway.edit('b', { name: 'Theirs' })
  await world.back()
  await world.gateway.list()
  for (const { id } of [mine, theirs]) await world.ends(id, 'conflict')
  const conflict = await world.change(mine.id)
  expect(conflict).toMatchObject({ failure: 'stale', mine: { name: 'Mine' }, theirs: { name: 'Theirs' } })
  const further = await world.send('POST', `/jobs/${(await world.job('a')).id}/disable`)
  expect([further.status, Problem.parse(await further.json()).context]).toEqual([
    409,
    { because: 'conflict', changeId: mine.id },
  ])
  const answer = async (id: string, body: object) => (await world.send('POST', `/changes/${id}/resolve`, body)).status
  expect(await answer(mine.id, { answer: 'mine', theirRevision: 'another' })).toBe(409)
  const resolve = { answer: 'mine', theirRevision: conflict.theirRevision }
  expect([await answer(mine.id, resolve), await answer(mine.id, resolve)]).toEqual([200, 409])
  // What both left alone stays as it is there.
  expect(world.gateway.jobs.get('a')).toMatchObject({ name: 'Mine', schedule: { everyMs: 60_000 } })
  expect(await answer(theirs.id, { answer: 'theirs' })).toBe(200)
  expect([world.gateway.jobs.get('b')?.name, (await world.open()).length]).toEqual(['Theirs', 0])
  const types = await world.told()
  for (const type of ['cron.change-resolved', 'cron.change-cancelled'])
    expect(types.filter((each) => each === type)).toHaveLength(1)
})

test('what moves behind a conflict in the moment of its answer is taken in as it then is', async () => {
  const world = await aWorld()
  await world.away()
  const first = await world.patch('a', { name: 'Mine' })
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  await world.back()
  await world.ends(first.id, 'sent')
  const follower = await world.patch('a', { message: 'Behind.' })
  world.gateway.edit('a', { name: 'Theirs' })
  await world.gateway.list()
  world.gateway.link.answer(first.id, 'stale')
  await world.ends(first.id, 'conflict')
  const { theirRevision } = await world.change(first.id)
  const { ctx } = world.owner
  const { env } = ctx
  const db = databaseOf(env)
  // Somebody whose edit was under way merges it between our reading and our commit.
  const batch = vi.spyOn(db, 'batch').mockImplementationOnce(async (statements) => {
    await env.DB.prepare('update cron_changes set version = version + 1 where id = ?').bind(follower.id).run()
    return db.batch(statements)
  })
  world.gateway.instead = null
  const resolved = await resolveCronChange({ ...ctx, db }, first.id, { answer: 'mine', theirRevision })
  batch.mockRestore()
  expect(resolved).toMatchObject({ state: 'applied' })
  expect(await world.change(follower.id)).toMatchObject({ state: 'cancelled' })
  expect(world.gateway.jobs.get('a')).toMatchObject({ name: 'Mine', payload: { message: 'Behind.' } })
  expect((await world.told()).filter((type) => type === 'cron.change-resolved')).toHaveLength(1)
  const again = resolveCronChange(ctx, first.id, { answer: 'mine', theirRevision })
  await expect(again).rejects.toMatchObject({ code: 'conflict' })
})

test('a change of a job that is gone is a conflict, and mine adds the job anew', async () => {
  const world = await aWorld()
  await world.away()
  const { id } = await world.patch('a', { message: 'Still wanted.' })
  world.gateway.jobs.delete('a')
  await world.back()
  await world.gateway.list()
  await world.ends(id, 'conflict')
  expect(await world.change(id)).toMatchObject({ failure: 'not_found', theirs: null, theirRevision: null })
  const answer = await world.send('POST', `/changes/${id}/resolve`, { answer: 'mine', theirRevision: null })
  expect(CronChange.parse(await answer.json())).toMatchObject({ kind: 'add', state: 'applied' })
  const added = [...world.gateway.jobs.values()].find((job) => job.name === 'Job a')
  expect(added).toMatchObject({ payload: { message: 'Still wanted.' }, schedule: { kind: 'every' } })
})

test('what waited for a week is not made any more, and what was handed over and never answered lapses', async () => {
  const world = await aWorld()
  await world.away()
  const [old, sent] = [await world.patch('a', { name: 'Old' }), await world.patch('b', { name: 'Sent' })]
  const { env } = world.owner.ctx
  await env.DB.prepare('update cron_changes set expires_at = 1 where id in (?, ?)').bind(old.id, sent.id).run()
  await env.DB.prepare("update cron_changes set state = 'sent' where id = ?").bind(sent.id).run()
  await expireCronChanges(world.owner.ctx)
  await expireCronChanges(world.owner.ctx)
  expect([await world.change(old.id), await world.change(sent.id)]).toMatchObject([
    { state: 'failed', failure: 'expired' },
    { state: 'lapsed', failure: 'expired' },
  ])
  await world.back()
  await world.gateway.list()
  expect([world.gateway.changes(), await world.open()]).toEqual([[], []])
  expect((await world.told()).filter((type) => type === 'cron.change-failed')).toHaveLength(2)
})

test('of two who edit at once both edits are in the change that waits', async () => {
  const world = await aWorld()
  await world.away()
  const { id, revision } = await world.job('a')
  const edits = [{ name: 'Raced' }, { message: 'Raced.' }, { isEnabled: false }]
  const answers = await Promise.all(
    edits.map((edit) => world.send('PATCH', `/jobs/${id}`, { expectedRevision: revision, ...edit })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await world.open()).toMatchObject([
    { merged: 2, mine: { name: 'Raced', message: 'Raced.', isEnabled: false } },
  ])
})

test('removing a connector takes its jobs and what waited for it along', async () => {
  const world = await aWorld()
  await world.away()
  await world.patch('a', { name: 'Never' })
  const headers = await world.owner.authorization()
  await call(`/api/v1/connectors/${world.connector.id}`, { method: 'DELETE', headers })
  expect([await world.open(), (await world.get(Page(CronJobView), '/jobs')).items]).toEqual([[], []])
  await checkAuditLog(world.owner.organizationId)
})
