import { env } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { verifyExport } from '../../../tlog/export/verify.ts'
import { EventsPage } from '../../../worker/features/audit/contract.ts'
import { Hold, Keeping, Restore } from '../../../worker/features/audit/keeping/contract.ts'
import { exportLog } from '../../../worker/features/audit/log/export.ts'
import { appendMany, archiveAll, settle } from '../../support/archive.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/audit/keeping'
const dayMs = 86_400_000
const reason = 'asked for by counsel'

afterEach(() => {
  vi.useRealTimers()
})

const put = async (who: Person, body: unknown, version: number | null = 0) =>
  call(`${path}/retention`, {
    method: 'PUT',
    body,
    headers: { ...(await who.authorization()), ...(version !== null && { 'if-match': `"${version}"` }) },
  })
const keeping = async (who: Person) => {
  const answer = await call(path, { headers: await who.authorization() })
  expect(answer.status).toBe(200)
  return Keeping.parse(await answer.json())
}

/** An organization with six hundred archived events of ten days ago, of which 512 have left the window. */
const withArchive = async () => {
  const owner = await anOrganization()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10 * dayMs })
  await appendMany(owner.organizationId, 600)
  await archiveAll(owner.organizationId)
  vi.useRealTimers()
  expect((await put(owner, { windowDays: 7, archiveDays: null })).status).toBe(200)
  await settle(owner.organizationId, async () => (await keeping(owner)).archive.trimmedThrough === 512)
  return { owner, headers: await owner.authorization() }
}

const exported = async ({ ctx }: Person) => {
  const reader = (await exportLog(ctx)).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
  return text.split('\n')
}
async function* each(lines: string[]) {
  yield* lines
}
const verified = async (owner: Person) => verifyExport(each(await exported(owner)), { trusted: [] })

test('retention is changed by who has seen the newest, and each change is an event', async () => {
  const owner = await anOrganization()
  expect((await keeping(owner)).retention).toMatchObject({ version: 0, windowDays: null, archiveDays: null })
  expect((await put(owner, { windowDays: 30, archiveDays: 365 }, null)).status).toBe(428)
  const changed = await put(owner, { windowDays: 30, archiveDays: 365 })
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"1"'])
  const late = await put(owner, { windowDays: null, archiveDays: null })
  expect(late.status).toBe(412)
  expect(await late.json()).toMatchObject({ context: { retention: { version: 1, windowDays: 30 } } })
  expect((await keeping(owner)).retention).toMatchObject({ version: 1, changedByName: 'Person owner' })
  const types = (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  expect(types).toEqual(['audit.retention-changed'])
})

test.each([
  [{ windowDays: 6, archiveDays: null }],
  [{ windowDays: 7.5, archiveDays: null }],
  [{ windowDays: 40_000, archiveDays: null }],
  [{ windowDays: null, archiveDays: 90 }],
  [{ windowDays: 90, archiveDays: 60 }],
  [{ windowDays: 7, archiveDays: 29 }],
  [{ windowDays: 7 }],
])('retention that cannot be meant is refused: %j', async (body) => {
  const owner = await anOrganization()
  expect((await put(owner, body)).status).toBe(422)
  expect(await checkAuditLog(owner.organizationId)).toEqual([])
})

test('who may not keep changes nothing, and may look', async () => {
  const owner = await anOrganization()
  const operator = await aMember(owner.organizationId, 'operator')
  const headers = await operator.authorization()
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }
  expect((await put(operator, { windowDays: 7, archiveDays: null })).status).toBe(403)
  expect((await post(`${path}/holds`, { name: 'Case', reason }, headers)).status).toBe(403)
  expect((await post(`${path}/restores`, { ...range, days: 1, reason }, headers)).status).toBe(403)
  expect((await call('/api/v1/audit/public-address', { method: 'PUT', body: { open: true }, headers })).status).toBe(
    403,
  )
  expect(await keeping(operator)).toMatchObject({ holds: [], restores: [], retention: { version: 0 } })
  expect((await call(path)).status).toBe(401)
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await call(path, { headers: await viewer.authorization() })).status).toBe(403)
  await checkAuditLog(owner.organizationId)
})

test('a hold forbids erasure until it is released, of what it is over', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  await appendMany(owner.organizationId, 3)
  const placed = await post(`${path}/holds`, { name: 'Case 7', reason, from: '2020-01-01T00:00:00Z' }, headers)
  expect(placed.status).toBe(201)
  const { id } = Hold.parse(await placed.json())
  const held = await post('/api/v1/audit/events/2/erase', { reason }, headers)
  expect([held.status, await codeOf(held.clone())]).toEqual([409, 'under_legal_hold'])
  expect(await held.json()).toMatchObject({ context: { hold: 'Case 7' } })
  const released = await post(`${path}/holds/${id}/release`, { reason }, headers)
  const first = await released.json()
  expect(first).toMatchObject({ releasedByName: 'Person owner', releasedBecause: reason })
  expect(await (await post(`${path}/holds/${id}/release`, { reason: 'again' }, headers)).json()).toEqual(first)
  expect((await post('/api/v1/audit/events/2/erase', { reason }, headers)).status).toBe(200)
  const types = (await checkAuditLog(owner.organizationId)).slice(3).map(({ type }) => type)
  expect(types).toEqual(['audit.hold-placed', 'audit.hold-released', 'audit.erased'])
})

test('a hold over another time or another agent is none', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  await appendMany(owner.organizationId, 1)
  const agentId = `agt_${'0'.repeat(26)}`
  for (const over of [{ to: '2020-01-01T00:00:00Z' }, { from: '2090-01-01T00:00:00Z' }, { agentId }])
    expect((await post(`${path}/holds`, { name: 'Case', reason, ...over }, headers)).status).toBe(201)
  expect((await post('/api/v1/audit/events/1/erase', { reason }, headers)).status).toBe(200)
  const backwards = { name: 'Case', reason, from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }
  expect((await post(`${path}/holds`, backwards, headers)).status).toBe(422)
  await checkAuditLog(owner.organizationId)
})

test("another organization's hold is none", async () => {
  const [owner, other] = [await anOrganization(), await anOrganization()]
  const placed = await post(`${path}/holds`, { name: 'Case', reason }, await owner.authorization())
  const { id } = Hold.parse(await placed.json())
  expect((await post(`${path}/holds/${id}/release`, { reason }, await other.authorization())).status).toBe(404)
  expect((await keeping(other)).holds).toEqual([])
  expect((await keeping(owner)).holds).toMatchObject([{ id, releasedAt: null }])
  expect(await checkAuditLog(other.organizationId)).toEqual([])
  await checkAuditLog(owner.organizationId)
})

test('what has left search says where it is, is restored from the archive, and the whole log verifies all along', async () => {
  const { owner, headers } = await withArchive()
  const list = async () => {
    const answer = await call('/api/v1/audit/events?limit=1&order=oldest', { headers })
    return EventsPage.parse(await answer.json())
  }
  expect(await list()).toMatchObject({ archivedBefore: 513, items: [{ seq: 513 }] })
  expect((await call('/api/v1/audit/events/1', { headers })).status).toBe(200)
  expect((await call('/api/v1/audit/events/1/evidence', { headers })).status).toBe(200)
  expect(await verified(owner)).toMatchObject({ ok: true, erased: 0 })
  const ago = (days: number) => new Date(Date.now() - days * dayMs).toISOString()
  const nothing = await post(`${path}/restores`, { from: ago(90), to: ago(80), days: 2, reason }, headers)
  expect(nothing.status).toBe(404)
  const begun = await post(`${path}/restores`, { from: ago(11), to: ago(9), days: 2, reason }, headers)
  expect(begun.status).toBe(202)
  expect(Restore.parse(await begun.json())).toMatchObject({ state: 'running', tiles: 2 })
  await settle(owner.organizationId, async () => (await keeping(owner)).restores[0]?.state === 'restored')
  expect(await list()).toMatchObject({ items: [{ seq: 1 }] })
  expect(await verified(owner)).toMatchObject({ ok: true })
  const types = (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  expect(types).toContain('audit.restore-begun')
})

test('an event that was erased from the archive stays proven, and a changed archive is found by whoever verifies', async () => {
  const { owner, headers } = await withArchive()
  expect((await post('/api/v1/audit/events/7/erase', { reason }, headers)).status).toBe(200)
  expect(await verified(owner)).toMatchObject({ ok: true, erased: 1 })
  const openings = () => env.ARCHIVE.list({ prefix: `${owner.organizationId}/openings/` })
  // The file from before the erasure goes behind it.
  await settle(owner.organizationId, async () => (await openings()).objects.length === 2)
  const { objects } = await openings()
  const key = objects[0]?.key ?? ''
  const bytes = new Uint8Array((await (await env.ARCHIVE.get(key))?.arrayBuffer()) ?? new ArrayBuffer())
  await env.ARCHIVE.put(key, bytes.with(30, (bytes[30] ?? 0) ^ 1))
  expect((await verified(owner)).faults[0]).toMatchObject({ kind: 'commitment', seq: 1 })
  await env.ARCHIVE.put(key, bytes)
  const leaves = `${owner.organizationId}/tile/entries/001`
  const bundle = new Uint8Array((await (await env.ARCHIVE.get(leaves))?.arrayBuffer()) ?? new ArrayBuffer())
  await env.ARCHIVE.delete(leaves)
  const damaged = await call('/api/v1/audit/events/300', { headers })
  expect([damaged.status, await damaged.json()]).toMatchObject([
    503,
    { code: 'archive_damaged', context: { path: leaves } },
  ])
  expect((await call('/api/v1/audit/events/300/evidence', { headers })).status).toBe(200)
  expect((await verified(owner)).faults.map(({ kind }) => kind)).toContain('hash')
  expect((await keeping(owner)).archive.fault).toMatchObject({ path: leaves })
  await env.ARCHIVE.put(leaves, bundle)
  expect((await call('/api/v1/audit/events/300', { headers })).status).toBe(200)
  await checkAuditLog(owner.organizationId)
})

test('an archive is of its organization alone', async () => {
  const { owner } = await withArchive()
  const other = await anOrganization()
  const theirs = await other.authorization()
  expect((await call('/api/v1/audit/events/1', { headers: theirs })).status).toBe(404)
  expect((await call('/api/v1/audit/log/tile/entries/000', { headers: theirs })).status).toBe(404)
  const range = { from: '2020-01-01T00:00:00Z', to: new Date().toISOString() }
  expect((await post(`${path}/restores`, { ...range, days: 1, reason }, theirs)).status).toBe(404)
  expect((await auditLog(env, other.organizationId).keeping()).restores).toEqual([])
  await checkAuditLog(owner.organizationId)
})
