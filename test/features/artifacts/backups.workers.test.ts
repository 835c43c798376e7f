import { env, evictDurableObject } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { BackupStandings } from '../../../worker/features/artifacts/backups/contract.ts'
import { Artifact } from '../../../worker/features/artifacts/contract.ts'
import { ArtifactDrill } from '../../../worker/features/artifacts/drills/contract.ts'
import {
  handOverBackups,
  makeDueBackups,
  proveDueBackups,
  sweepArtifacts,
  sweepBackups,
  tendDrills,
} from '../../../worker/features/artifacts/index.ts'
import { BackupSchedule, type PutBackupSchedule } from '../../../worker/features/artifacts/schedules/contract.ts'
import { artifactDrills, artifacts, backupSchedules } from '../../../worker/features/artifacts/schema.ts'
import { pauseConnector } from '../../../worker/features/connectors/change.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import { backgroundContext } from '../../../worker/platform/context.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, aHello, Link } from '../../support/connector-link.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { type APackage, aPackage, aStoredArtifact, upload } from '../../support/stored-packages.ts'

const db = databaseOf(env)
const clock = () => backgroundContext(env, (work) => void work)
const patience = { timeout: 20_000, interval: 20 }
const groups = ['read', 'backup'] as const
const daily: PutBackupSchedule = {
  isEnabled: true,
  at: '03:30',
  timeZone: 'Asia/Shanghai',
  keepDaily: 2,
  keepWeekly: 0,
  keepMonthly: 0,
  drill: 'weekly',
}

/** A connector that was started for backups, and its gateway. */
const aWorld = async (facts: { groups?: ('read' | 'backup')[] } = {}) => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const headers = await owner.authorization()
  const link = await Link.welcome(connector.token, { groups: [...groups], ...facts })
  const own = { authorization: `Bearer ${connector.token}` }
  const backUp = (as: Record<string, string> = headers) =>
    post(`/api/v1/connectors/${connector.id}/backups`, undefined, as)
  const drill = (id: string, as: Record<string, string> = headers) =>
    post(`/api/v1/artifacts/${id}/drills`, undefined, as)
  const shown = async (id: string) => Artifact.parse(await (await call(`/api/v1/artifacts/${id}`, { headers })).json())
  const standing = async () => {
    const { items } = BackupStandings.parse(await (await call('/api/v1/backups', { headers })).json())
    return items[0]
  }
  const schedulePath = `/api/v1/connectors/${connector.id}/backup-schedule`
  const put = (body: unknown, version: number, as: Record<string, string> = headers) =>
    call(schedulePath, { method: 'PUT', body, headers: { ...as, 'if-match': `"${version}"` } })
  /** As the connector does it. */
  const make = async (artifactId: string, made?: APackage) => {
    const { file, announced } = made ?? (await aPackage())
    const begun = await post('/api/v1/connector/artifacts', { artifactId, ...announced }, own)
    if (begun.status !== 201) return begun
    return upload(`/api/v1/connector/artifacts/${artifactId}/content`, file, own)
  }
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  const isDue = () =>
    db
      .update(backupSchedules)
      .set({ nextAt: Date.now() - 600_000, nextDrillAt: Date.now() - 1 })
      .where(eq(backupSchedules.connectorId, connector.id))
  const scheduled = async () => BackupSchedule.parse(await (await call(schedulePath, { headers })).json())
  return { owner, connector, headers, link, own, backUp, drill, shown, standing, put, make, told, isDue, scheduled }
}
type World = Awaited<ReturnType<typeof aWorld>>

/** Ordered, made, stored, answered. */
const aBackup = async (world: World, count = 1) => {
  const { id } = Artifact.parse(await (await world.backUp()).json())
  const command = await world.link.next('command', count)
  expect((await world.make(id)).status).toBe(200)
  world.link.answer(command.id)
  return id
}

test('a backup on demand is one order, made by its connector once, and stored', async () => {
  const world = await aWorld()
  const answers = await Promise.all([1, 2].map(() => world.backUp()))
  const ids = await Promise.all(answers.map(async (answer) => Artifact.parse(await answer.json()).id))
  const [id = ''] = ids
  expect([answers.map(({ status }) => status), new Set(ids).size]).toEqual([[202, 202], 1])
  expect(await world.link.next('command')).toMatchObject({ id, command: 'backup.make', params: { artifactId: id } })
  expect(await world.standing()).toMatchObject({ reach: 'ready', open: { id, state: 'ordered' } })
  await evictDurableObject(world.connector.session)
  const made = await aPackage({ secrets: true })
  for (const _ of [1, 2]) expect((await world.make(id, made)).status).toBe(200)
  expect(await codeOf(await world.make(id, await aPackage()))).toBe('conflict')
  for (const _ of [1, 2]) world.link.answer(id)
  expect(await world.shown(id)).toMatchObject({ state: 'stored', cause: 'ordered', hasSecrets: true })
  expect(await world.standing()).toMatchObject({ open: null, lastStored: { id }, lastProven: null, lateSince: null })
  expect(await world.told('artifact.stored')).toMatchObject([
    { actor: { kind: 'connector' }, payload: { cause: 'ordered' } },
  ])
  world.link.close()
})

test('a connector reaches what is its own and nothing else, and nobody else comes its way', async () => {
  const [world, other] = [await aWorld(), await aWorld()]
  const { id } = Artifact.parse(await (await world.backUp()).json())
  const { file, announced } = await aPackage()
  const content = `/api/v1/connector/artifacts/${id}/content`
  const sibling = await aConnector(world.owner.ctx)
  for (const token of [other.connector.token, sibling.token]) {
    const as = { authorization: `Bearer ${token}` }
    const answers = await Promise.all([
      post('/api/v1/connector/artifacts', { artifactId: id, ...announced }, as),
      upload(content, file, as),
      call(content, { headers: as }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  }
  for (const as of [{}, world.headers, { authorization: `Bearer ${world.connector.token.slice(0, -1)}x` }])
    expect((await post('/api/v1/connector/artifacts', { artifactId: id, ...announced }, as)).status).toBe(401)
  expect((await call('/api/v1/artifacts', { headers: world.own })).status).toBe(401)
  await pauseConnector(world.owner.ctx, world.connector.id)
  expect((await post('/api/v1/connector/artifacts', { artifactId: id, ...announced }, world.own)).status).toBe(403)
})

test('a backup that fails or that nobody answers is said once, and not forgotten', async () => {
  const world = await aWorld()
  const { id } = Artifact.parse(await (await world.backUp()).json())
  await world.link.next('command')
  world.link.send({ kind: 'result', id, ok: false, failure: 'invalid', detail: 'The passphrase file is gone.' })
  await vi.waitFor(async () => expect((await world.shown(id)).state).toBe('failed'), patience)
  expect(await world.standing()).toMatchObject({ lastFailed: { id, detail: 'The passphrase file is gone.' } })
  const second = Artifact.parse(await (await world.backUp()).json())
  await db
    .update(artifacts)
    .set({ deadline: Date.now() - 1 })
    .where(eq(artifacts.id, second.id))
  await sweepArtifacts(clock())
  await sweepArtifacts(clock())
  expect(await world.told('backup.failed')).toMatchObject([
    { target: id, risk: 'high', payload: { failure: 'invalid' } },
    { target: second.id, payload: { failure: 'expired' } },
  ])
  expect((await world.make(second.id)).status).toBe(409)
  world.link.close()
})

test('without the group, without the gateway, or by who may not, nothing is ordered', async () => {
  const [world, closed] = [await aWorld(), await aWorld({ groups: ['read'] })]
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const stranger = await closed.owner.authorization()
  expect([(await world.backUp(viewer)).status, (await world.backUp(stranger)).status]).toEqual([403, 404])
  expect([(await world.put(daily, 0, viewer)).status, (await world.put(daily, 0, stranger)).status]).toEqual([403, 404])
  expect([(await closed.backUp()).status, (await closed.standing())?.reach]).toEqual([409, 'no_group'])
  world.link.send({ kind: 'gateway', connected: false, version: null, bootId: null, detail: 'gone' })
  await vi.waitFor(async () => expect((await world.standing())?.reach).toBe('gateway_away'), patience)
  expect((await world.backUp()).status).toBe(503)
  world.link.close()
  await vi.waitFor(async () => expect((await world.standing())?.reach).toBe('connector_offline'), patience)
  expect((await world.backUp()).status).toBe(503)
  closed.link.close()
})

test('a schedule is set by who has seen the newest, and bad ones are refused', async () => {
  const world = await aWorld()
  expect(await world.scheduled()).toMatchObject({ id: null, version: 0, isEnabled: false, nextAt: null })
  const first = BackupSchedule.parse(await (await world.put(daily, 0)).json())
  expect(first).toMatchObject({ version: 1, isEnabled: true, at: '03:30' })
  // 03:30 in Shanghai.
  expect(first.nextAt?.slice(11)).toBe('19:30:00.000Z')
  expect(Date.parse(first.nextAt ?? '')).toBeGreaterThan(Date.now())
  for (const seen of [0, 7]) expect((await world.put(daily, seen)).status).toBe(412)
  const second = await world.put({ ...daily, isEnabled: false, drill: 'never' }, 1)
  expect(BackupSchedule.parse(await second.json())).toMatchObject({ version: 2, nextAt: null, nextDrillAt: null })
  for (const bad of [
    { at: '24:00' },
    { timeZone: 'Mars/Olympus' },
    { keepDaily: 0 },
    { keepDaily: -1, keepWeekly: 2 },
    { drill: 'hourly' },
    { at: '3:30' },
  ])
    expect((await world.put({ ...daily, ...bad }, 2)).status).toBe(422)
  const { headers } = world
  const path = `/api/v1/connectors/${world.connector.id}/backup-schedule`
  expect((await call(path, { method: 'PUT', body: daily, headers })).status).toBe(428)
  expect((await world.told('backup.schedule-changed')).map(({ payload }) => payload.version)).toEqual([1, 2])
  world.link.close()
})

test('what is due is ordered once by the clock; while the gateway is away it stays due and is late', async () => {
  const world = await aWorld()
  await world.put(daily, 0)
  await makeDueBackups(clock())
  expect((await world.standing())?.open).toBeNull()
  world.link.send({ kind: 'gateway', connected: false, version: null, bootId: null, detail: 'gone' })
  await vi.waitFor(async () => expect((await world.standing())?.reach).toBe('gateway_away'), patience)
  await world.isDue()
  await makeDueBackups(clock())
  expect(await world.standing()).toMatchObject({ open: null, lateSince: expect.any(String) })
  world.link.send({ kind: 'gateway', connected: true, version: '2026.9.6', bootId: 'boot-2', detail: null })
  await vi.waitFor(async () => expect((await world.standing())?.reach).toBe('ready'), patience)
  await Promise.all([makeDueBackups(clock()), makeDueBackups(clock())])
  await makeDueBackups(clock())
  const { id } = await world.link.next('command')
  expect(await world.standing()).toMatchObject({ lateSince: null, open: { id, cause: 'scheduled' } })
  expect((await world.make(id)).status).toBe(200)
  expect(Date.parse((await world.scheduled()).nextAt ?? '')).toBeGreaterThan(Date.now())
  // Cut off between the order and its being handed over: the clock does it.
  await db.update(artifacts).set({ state: 'ordered', handedOverAt: null }).where(eq(artifacts.id, id))
  await handOverBackups(clock())
  expect(
    world.link.frames.filter(({ kind }) => kind === 'command').map((frame) => 'id' in frame && frame.id),
  ).toContain(id)
  world.link.close()
})

test('one that failed is due again within the hour, and at once when nobody answered', async () => {
  const world = await aWorld()
  await world.put(daily, 0)
  await world.isDue()
  await makeDueBackups(clock())
  const { id } = await world.link.next('command')
  world.link.answer(id, 'invalid')
  await vi.waitFor(async () => expect((await world.shown(id)).state).toBe('failed'), patience)
  const again = Date.parse((await world.scheduled()).nextAt ?? '') - Date.now()
  expect(again).toBeLessThanOrEqual(3_600_000)
  expect(again).toBeGreaterThan(0)
  await world.isDue()
  await makeDueBackups(clock())
  const second = await world.link.next('command', 2)
  await db
    .update(artifacts)
    .set({ deadline: Date.now() - 1 })
    .where(eq(artifacts.id, second.id))
  await sweepArtifacts(clock())
  expect(Date.parse((await world.scheduled()).nextAt ?? '')).toBeLessThanOrEqual(Date.now())
  world.link.close()
})

test('retention deletes what no rule keeps, but never the last proven one nor what somebody stored by hand', async () => {
  const world = await aWorld()
  const schedule = BackupSchedule.parse(await (await world.put(daily, 0)).json())
  const byHand = await aStoredArtifact(world.connector.id, world.headers)
  const ids: string[] = []
  for (let day = 5; day > 0; day--) {
    const { id } = await aStoredArtifact(world.connector.id, world.headers)
    const createdAt = Date.now() - day * 86_400_000
    const provenAt = day === 4 || day === 5 ? createdAt : null
    await db
      .update(artifacts)
      .set({ cause: 'scheduled', scheduleId: schedule.id, createdAt, provenAt })
      .where(eq(artifacts.id, id))
    ids.push(id)
  }
  await sweepBackups(clock())
  await sweepBackups(clock())
  const { items } = Page(Artifact).parse(await (await call('/api/v1/artifacts', { headers: world.headers })).json())
  // The two newest days, and the newest of those that were proven.
  expect(items.map(({ id }) => id)).toEqual([ids[4], ids[3], ids[1], byHand.id])
  const deleted = await world.told('artifact.deleted')
  expect(deleted.map(({ target, payload, actor }) => [target, payload.by, actor.kind])).toEqual(
    [ids[2], ids[0]].map((id) => [id, 'retention', 'system']),
  )
  world.link.close()
})

test('a drill proves an artifact, is answered once, and is shown; damage takes the proof away', async () => {
  const world = await aWorld()
  const id = await aBackup(world)
  const [first, again] = [await world.drill(id), await world.drill(id)]
  const drill = ArtifactDrill.parse(await first.json())
  expect([first.status, ArtifactDrill.parse(await again.json()).id]).toEqual([202, drill.id])
  expect(await world.link.next('command', 2)).toMatchObject({ command: 'backup.prove', params: { artifactId: id } })
  const content = await call(`/api/v1/connector/artifacts/${id}/content`, { headers: world.own })
  expect((await content.arrayBuffer()).byteLength).toBeGreaterThan(0)
  const passed = { outcome: 'passed', entries: 1, bytes: 15, durationMs: 3 }
  for (const _ of [1, 2]) world.link.send({ kind: 'result', id: drill.id, ok: true, proof: passed })
  await vi.waitFor(async () => expect((await world.shown(id)).provenAt).not.toBeNull(), patience)
  expect(await world.standing()).toMatchObject({ lastProven: { id }, lastDrill: { state: 'passed', entries: 1 } })
  expect(await world.told('artifact.proved')).toMatchObject([
    { target: id, risk: 'low', payload: { outcome: 'passed' } },
  ])

  const prove = async (proof: object, count: number) => {
    const next = ArtifactDrill.parse(await (await world.drill(id)).json())
    await world.link.next('command', count)
    world.link.send({ kind: 'result', id: next.id, ok: true, proof })
    await vi.waitFor(
      async () => expect((await world.standing())?.lastDrill).toMatchObject({ id: next.id, state: 'failed' }),
      patience,
    )
  }
  await prove({ outcome: 'failed', kind: 'wrong_passphrase', detail: 'Another passphrase.' }, 3)
  expect((await world.shown(id)).provenAt).not.toBeNull()
  await prove({ outcome: 'failed', kind: 'damaged', detail: 'A piece was altered.' }, 4)
  expect((await world.shown(id)).provenAt).toBeNull()
  const stranger = await (await anOrganization()).authorization()
  expect((await call(`/api/v1/artifact-drills/${drill.id}`, { headers: stranger })).status).toBe(404)
  world.link.close()
})

test('drills come by the clock, and one that nobody answers lapses', async () => {
  const world = await aWorld()
  await world.put(daily, 0)
  await proveDueBackups(clock())
  const id = await aBackup(world)
  await world.isDue()
  await Promise.all([proveDueBackups(clock()), proveDueBackups(clock())])
  const rows = await db.select().from(artifactDrills).where(eq(artifactDrills.artifactId, id))
  expect(rows).toMatchObject([{ state: 'ordered', orderedById: 'backups' }])
  await db
    .update(artifactDrills)
    .set({ deadline: Date.now() - 120_000 })
    .where(eq(artifactDrills.artifactId, id))
  for (const _ of [1, 2]) await tendDrills(clock())
  expect(await world.standing()).toMatchObject({ lastDrill: { state: 'lapsed' }, lastProven: null })
  expect(await world.told('artifact.proved')).toMatchObject([{ risk: 'high', payload: { outcome: 'lapsed' } }])
  world.link.close()
})

test('a removed connector ends its orders and its schedule, and what was stored stays', async () => {
  const world = await aWorld()
  await world.put(daily, 0)
  const stored = await aBackup(world)
  const open = Artifact.parse(await (await world.backUp()).json())
  await removeConnector(world.owner.ctx, world.connector.id)
  expect(await world.shown(open.id)).toMatchObject({ state: 'failed', failure: 'removed' })
  expect(await world.shown(stored)).toMatchObject({ state: 'stored', connectorName: 'Probe' })
  expect(await db.select().from(backupSchedules).where(eq(backupSchedules.connectorId, world.connector.id))).toEqual([])
  expect(await world.standing()).toBeUndefined()
  const content = await call(`/api/v1/artifacts/${stored}/content`, { headers: world.headers })
  expect((await content.arrayBuffer()).byteLength).toBeGreaterThan(0)
})

test('a connector without the group refuses what waits for it', async () => {
  const world = await aWorld()
  const { id } = Artifact.parse(await (await world.backUp()).json())
  await world.link.next('command')
  world.link.close()
  const link = await Link.welcome(world.connector.token, { ...aHello(), groups: ['read'] })
  await link.next('command')
  link.answer(id, 'read_only')
  await vi.waitFor(async () => expect(await world.shown(id)).toMatchObject({ failure: 'read_only' }), patience)
  link.close()
})
