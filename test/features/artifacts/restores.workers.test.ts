import { env } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { lapseRestores } from '../../../worker/features/artifacts/index.ts'
import { Restore } from '../../../worker/features/artifacts/restores/contract.ts'
import { artifactRestores } from '../../../worker/features/artifacts/schema.ts'
import { backgroundContext } from '../../../worker/platform/context.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector } from '../../support/connector-link.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { aStoredArtifact } from '../../support/stored-packages.ts'

const db = databaseOf(env)

const aWorld = async () => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const headers = await owner.authorization()
  const path = `/api/v1/connectors/${connector.id}/restores`
  const plan = (digit: string, more: object = {}) => ({
    packageId: '6f1d2c3b-0000-4000-8000-000000000001',
    mode: 'merge',
    sections: ['identity', 'tools'],
    agents: ['main'],
    risk: 'high',
    planDigest: digit.repeat(64),
    changes: 2,
    summary: ['changed agents.main.name', 'added agents.main.tools.deny'],
    ...more,
  })
  const asking = (body: object, as: Record<string, string> = headers) => post(path, body, as)
  const ask = async (body: object) => Restore.parse(await (await asking(body)).json())
  const reporting = (id: string, body: object, as: Record<string, string> = headers) =>
    post(`${path}/${id}/report`, body, as)
  const report = async (id: string, body: object) => Restore.parse(await (await reporting(id, body)).json())
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { owner, connector, headers, path, plan, asking, ask, reporting, report, told }
}
const finished = { state: 'finished', verified: true, applied: 2 }

test('a restore is announced, begun, ended and told, each once', async () => {
  const world = await aWorld()
  const checkpoint = await aStoredArtifact(world.connector.id, world.headers)
  const asked = await world.asking(world.plan('a'))
  const restore = Restore.parse(await asked.json())
  expect([asked.status, restore]).toMatchObject([201, { state: 'approved', approvalId: null, changes: 2 }])
  expect(await world.ask(world.plan('a'))).toEqual(restore)
  const begin = { state: 'started', checkpointId: checkpoint.id }
  for (const _ of [1, 2])
    expect(await world.report(restore.id, begin)).toMatchObject({ state: 'started', checkpointId: checkpoint.id })
  expect((await world.ask(world.plan('a'))).state).toBe('started')
  const end = { ...finished, verified: false, differences: ['agents.main.workspace/x: left'] }
  for (const _ of [1, 2])
    expect(await world.report(restore.id, end)).toMatchObject({ state: 'finished', verified: false, applied: 2 })
  expect(await codeOf(await world.reporting(restore.id, begin))).toBe('conflict')
  // The same again is another one.
  expect((await world.ask(world.plan('a'))).id).not.toBe(restore.id)
  expect(await world.told('restore.requested')).toHaveLength(2)
  expect(await world.told('restore.started')).toMatchObject([{ payload: { checkpointId: checkpoint.id } }])
  expect(await world.told('restore.finished')).toMatchObject([
    { target: restore.id, risk: 'high', payload: { verified: false, differences: 1 } },
  ])
})

test('one that failed goes on as what it was for a day, unless another is under way; its steps are followed', async () => {
  const world = await aWorld()
  const { id, step } = await world.ask(world.plan('a'))
  expect(step).toBeNull()
  expect(await world.report(id, { state: 'progress', step: 'checkpoint' })).toMatchObject({ step: 'checkpoint' })
  await world.report(id, { state: 'started', checkpointId: null })
  for (const _ of [1, 2])
    expect(await world.report(id, { state: 'progress', step: 'files' })).toMatchObject({
      state: 'started',
      step: 'files',
    })
  const failed = await world.report(id, { state: 'failed', applied: 1, detail: 'The disk is full.' })
  expect(failed).toMatchObject({ state: 'failed', step: 'files', detail: 'The disk is full.' })
  expect(await codeOf(await world.reporting(id, { state: 'progress', step: 'cron' }))).toBe('conflict')
  const begin = { state: 'started', checkpointId: null }
  const stranger = await aMember(world.owner.organizationId, 'admin')
  expect(await codeOf(await world.reporting(id, begin, await stranger.authorization()))).toBe('forbidden')
  const other = await world.ask(world.plan('b'))
  expect(await codeOf(await world.reporting(id, begin))).toBe('conflict')
  await world.report(other.id, finished)
  for (const _ of [1, 2])
    expect(await world.report(id, begin)).toMatchObject({
      state: 'started',
      detail: null,
      endedAt: null,
      applied: null,
    })
  await world.report(id, { state: 'failed', applied: 1, detail: 'Again.' })
  await db
    .update(artifactRestores)
    .set({ endedAt: Date.now() - 25 * 3_600_000 })
    .where(eq(artifactRestores.id, id))
  expect(await codeOf(await world.reporting(id, begin))).toBe('conflict')
  expect(await world.told('restore.started')).toHaveLength(2)
  expect(await world.told('restore.failed')).toHaveLength(2)
})

test('a critical one waits for an approval of exactly this plan, which is used once', async () => {
  const world = await aWorld()
  const approver = await (await aMember(world.owner.organizationId, 'admin')).authorization()
  const critical = world.plan('b', { risk: 'critical', mode: 'exact_restore' })
  const asked = await world.asking(critical)
  const waiting = Restore.parse(await asked.json())
  expect([asked.status, waiting.state]).toEqual([202, 'waiting'])
  expect((await world.ask(critical)).id).toBe(waiting.id)
  expect(await codeOf(await world.reporting(waiting.id, { state: 'started' }))).toBe('conflict')
  await post(`/api/v1/approvals/${waiting.approvalId}/approve`, {}, approver)
  const other = await world.ask({ ...critical, planDigest: 'c'.repeat(64) })
  expect([other.state, other.approvalId === waiting.approvalId]).toEqual(['waiting', false])
  expect(await world.ask(critical)).toMatchObject({ id: waiting.id, state: 'approved', approvalId: waiting.approvalId })
  expect(await world.report(waiting.id, finished)).toMatchObject({ state: 'finished', verified: true })
  expect(await world.ask(critical)).toMatchObject({ state: 'waiting' })
  await post(`/api/v1/approvals/${other.approvalId}/reject`, {}, approver)
  expect(await codeOf(await world.asking({ ...critical, planDigest: 'c'.repeat(64) }))).toBe('conflict')
  const { items } = Page(Restore).parse(await (await call('/api/v1/restores', { headers: world.headers })).json())
  expect(items.find(({ id }) => id === other.id)).toMatchObject({ state: 'refused', approvalId: other.approvalId })
  expect(await world.told('restore.requested')).toHaveLength(3)
})

test('of two at once at a connector one wins, and the other is told whose it is', async () => {
  const world = await aWorld()
  const colleague = await (await aMember(world.owner.organizationId, 'operator')).authorization()
  const answers = await Promise.all([
    world.asking(world.plan('d')),
    world.asking(world.plan('e')),
    world.asking(world.plan('d'), colleague),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  const [refused] = answers.filter(({ status }) => status === 409)
  expect(await refused?.json()).toMatchObject({ code: 'conflict', context: { restoreId: expect.any(String) } })
  const [won] = answers.filter(({ status }) => status === 201)
  const { id, requestedBy } = Restore.parse(await won?.json())
  const isColleague = requestedBy.id !== world.owner.userId
  const [its, others] = isColleague ? [colleague, world.headers] : [world.headers, colleague]
  expect((await world.reporting(id, finished, others)).status).toBe(403)
  expect(
    (await world.reporting(id, { state: 'failed', applied: 1, detail: 'The gateway went away.' }, its)).status,
  ).toBe(200)
  expect(await world.told('restore.failed')).toMatchObject([{ target: id, risk: 'high', payload: { applied: 1 } }])
  expect((await world.asking(world.plan('f'))).status).toBe(201)
})

test('foreign connectors, artifacts and restores do not exist, and who may not is refused', async () => {
  const [world, other] = [await aWorld(), await aWorld()]
  const viewer = await (await aMember(world.owner.organizationId, 'auditor')).authorization()
  const foreign = await aStoredArtifact(other.connector.id, other.headers)
  const own = await aStoredArtifact(world.connector.id, world.headers)
  const { id } = await world.ask(world.plan('a'))
  expect((await world.asking(world.plan('a'), other.headers)).status).toBe(404)
  expect((await world.reporting(id, finished, other.headers)).status).toBe(404)
  expect((await call(`/api/v1/restores/${id}`, { headers: other.headers })).status).toBe(404)
  expect((await post(`${other.path}/${id}/report`, finished, other.headers)).status).toBe(404)
  expect((await world.reporting(id, { state: 'started', checkpointId: foreign.id })).status).toBe(404)
  expect((await world.asking(world.plan('a'), viewer)).status).toBe(403)
  expect((await world.reporting(id, finished, viewer)).status).toBe(403)
  expect(await world.report(id, finished)).toMatchObject({ state: 'finished' })
  expect((await world.asking(world.plan('b', { artifactId: foreign.id }))).status).toBe(404)
  expect(await codeOf(await world.asking(world.plan('b', { artifactId: own.id })))).toBe('invalid')
  const named = world.plan('b', { artifactId: own.id, packageId: own.packageId })
  expect(await world.ask(named)).toMatchObject({ artifactId: own.id, state: 'approved' })
  // Who does not name it finds it by its package, in the own organization alone.
  const elsewhere = await other.ask({ ...named, artifactId: null })
  expect(elsewhere.artifactId).toBeNull()
  await world.report((await world.ask(named)).id, finished)
  expect(await world.ask({ ...named, artifactId: null })).toMatchObject({ artifactId: own.id })
  for (const bad of [{ mode: 'wipe' }, { sections: [] }, { sections: ['all'] }, { planDigest: 'x' }, { more: 1 }])
    expect(await codeOf(await world.asking(world.plan('b', bad)))).toBe('invalid')
})

test('one that nobody begins lapses, and one that nobody ends is a failure', async () => {
  const world = await aWorld()
  const overdue = (id: string) =>
    db
      .update(artifactRestores)
      .set({ deadline: Date.now() - 1 })
      .where(eq(artifactRestores.id, id))
  const lapse = () => lapseRestores(backgroundContext(env, (work) => void work))
  const first = await world.ask(world.plan('a'))
  await overdue(first.id)
  await lapse()
  expect(await codeOf(await world.reporting(first.id, { state: 'started' }))).toBe('conflict')
  const second = await world.ask(world.plan('a'))
  await world.report(second.id, { state: 'started' })
  await overdue(second.id)
  for (const _ of [1, 2]) await lapse()
  const { items } = Page(Restore).parse(
    await (await call(`/api/v1/restores?connectorId=${world.connector.id}`, { headers: world.headers })).json(),
  )
  expect(items.map(({ state }) => state)).toEqual(['failed', 'lapsed'])
  expect(await world.told('restore.failed')).toHaveLength(1)
})
