import { env } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { verifyPackage } from '../../../cbpkg/read.ts'
import { Artifact, ArtifactDetail } from '../../../worker/features/artifacts/contract.ts'
import { sweepArtifacts } from '../../../worker/features/artifacts/index.ts'
import { artifactManifests, artifacts } from '../../../worker/features/artifacts/schema.ts'
import { backgroundContext } from '../../../worker/platform/context.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector } from '../../support/connector-link.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { aPackage, aStoredArtifact, passphrase, upload } from '../../support/stored-packages.ts'

const db = databaseOf(env)
const clock = () => backgroundContext(env, (work) => void work)
const inBucket = async (organizationId: string) =>
  (await env.ARCHIVE.list({ prefix: `artifacts/${organizationId}/` })).objects.map(({ key }) => key)

const aWorld = async () => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const headers = await owner.authorization()
  const begin = (body: object, as: Record<string, string> = headers) =>
    post(`/api/v1/connectors/${connector.id}/artifacts`, body, as)
  const contentOf = (id: string) => `/api/v1/artifacts/${id}/content`
  const shown = async (id: string) =>
    ArtifactDetail.parse(await (await call(`/api/v1/artifacts/${id}`, { headers })).json())
  const listed = async (query = '') =>
    Page(Artifact).parse(await (await call(`/api/v1/artifacts${query}`, { headers })).json()).items
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { owner, connector, headers, begin, contentOf, shown, listed, told }
}

test('a package is announced, uploaded, listed, shown, downloaded as it was and opened', async () => {
  const world = await aWorld()
  const made = await aPackage({ secrets: true })
  const begun = await world.begin(made.announced)
  const announced = Artifact.parse(await begun.json())
  expect([begun.status, announced]).toMatchObject([201, { state: 'uploading', intent: 'backup', hasSecrets: true }])
  expect(await world.told('artifact.stored')).toEqual([])
  const put = await upload(world.contentOf(announced.id), made.file, world.headers)
  expect([put.status, Artifact.parse(await put.json())]).toMatchObject([
    200,
    { state: 'stored', size: made.file.length, agents: 1, entries: 1, missing: 1, provenAt: null },
  ])
  expect(await world.shown(announced.id)).toMatchObject({
    header: { id: made.announced.header.id },
    manifest: { entries: [{ path: 'agents/main/identity.json' }], missing: [{ reason: 'too_large' }] },
  })
  const download = await call(world.contentOf(announced.id), { headers: world.headers })
  const bytes = new Uint8Array(await download.arrayBuffer())
  expect([bytes, download.headers.get('content-disposition')]).toEqual([
    made.file,
    `attachment; filename="${announced.id}.cbpkg"`,
  ])
  expect((await verifyPackage(new Blob([bytes]).stream(), passphrase)).totals.entries).toBe(1)
  expect(await world.told('artifact.stored')).toMatchObject([
    { target: announced.id, risk: 'medium', payload: { sha256: made.announced.sha256, cause: 'manual' } },
  ])
  expect(await world.told('artifact.downloaded')).toMatchObject([{ target: announced.id }])
})

test('announced or uploaded twice it is one artifact, told once, and two uploads at once store one', async () => {
  const world = await aWorld()
  const made = await aPackage()
  const ids = await Promise.all(
    [1, 2].map(async () => Artifact.parse(await (await world.begin(made.announced)).json()).id),
  )
  const [id = ''] = ids
  expect(new Set(ids).size).toBe(1)
  const puts = await Promise.all([1, 2].map(() => upload(world.contentOf(id), made.file, world.headers)))
  expect(puts.map(({ status }) => status)).toEqual([200, 200])
  expect((await upload(world.contentOf(id), made.file, world.headers)).status).toBe(200)
  expect(Artifact.parse(await (await world.begin(made.announced)).json())).toMatchObject({ id, state: 'stored' })
  expect([(await world.listed()).length, (await world.told('artifact.stored')).length]).toEqual([1, 1])
  expect(await inBucket(world.owner.organizationId)).toEqual([`artifacts/${world.owner.organizationId}/${id}`])
})

test('a crash between the bucket and the row is mended by the same upload', async () => {
  const world = await aWorld()
  const made = await aPackage()
  const { id } = Artifact.parse(await (await world.begin(made.announced)).json())
  await env.ARCHIVE.put(`artifacts/${world.owner.organizationId}/${id}`, made.file)
  expect((await upload(world.contentOf(id), made.file, world.headers)).status).toBe(200)
  expect(await world.told('artifact.stored')).toHaveLength(1)
})

test('other bytes, fewer bytes, a foreign manifest and bad announcements leave nothing behind', async () => {
  const world = await aWorld()
  const [made, other] = [await aPackage(), await aPackage()]
  const { id } = Artifact.parse(await (await world.begin(made.announced)).json())
  const wrong = new Uint8Array(made.file)
  wrong[made.file.length - 1] = (wrong[made.file.length - 1] ?? 0) ^ 1
  expect((await upload(world.contentOf(id), wrong, world.headers)).status).toBe(422)
  expect((await upload(world.contentOf(id), made.file.subarray(1), world.headers)).status).toBe(422)
  expect([await inBucket(world.owner.organizationId), (await world.shown(id)).state]).toEqual([[], 'uploading'])
  const { announced } = made
  for (const bad of [
    { ...announced, manifest: other.announced.manifest },
    { ...announced, manifest: { ...announced.manifest, agents: [] } },
    { ...announced, size: 0 },
    { ...announced, size: 200 * 1024 * 1024 },
    { ...announced, size: announced.header.size },
    { ...announced, sha256: 'x' },
    { ...announced, header: { ...announced.header, version: 3 } },
    { ...announced, header: { ...announced.header, kdf: { ...announced.header.kdf, logN: 30 } } },
    { ...announced, passphrase },
  ])
    expect(await codeOf(await world.begin(bad))).toBe('invalid')
  expect((await world.begin({ ...announced, manifest: { pad: 'x'.repeat(3_000_000) } })).status).toBe(413)
  expect(await world.listed()).toHaveLength(1)
})

test('deleting hides it at once, empties the bucket, and is told once; what is left is swept', async () => {
  const world = await aWorld()
  const { id } = await aStoredArtifact(world.connector.id, world.headers)
  const kept = await aStoredArtifact(world.connector.id, world.headers)
  const path = `/api/v1/artifacts/${id}`
  const remove = () => call(path, { method: 'DELETE', headers: world.headers })
  expect((await remove()).status).toBe(204)
  expect([(await remove()).status, (await call(path, { headers: world.headers })).status]).toEqual([404, 404])
  expect(await world.told('artifact.deleted')).toMatchObject([{ target: id, payload: { by: 'request' } }])
  await vi.waitFor(async () => expect(await inBucket(world.owner.organizationId)).toHaveLength(1), 20_000)
  // As after a crash behind the commit.
  await db.update(artifacts).set({ state: 'deleting' }).where(eq(artifacts.id, kept.id))
  expect(await world.listed()).toEqual([])
  await sweepArtifacts(clock())
  expect(await inBucket(world.owner.organizationId)).toEqual([])
  const left = await db.select().from(artifacts).where(eq(artifacts.organizationId, world.owner.organizationId))
  const manifests = await db
    .select()
    .from(artifactManifests)
    .where(eq(artifactManifests.organizationId, world.owner.organizationId))
  expect([left, manifests]).toEqual([[], []])
})

test('an upload that nobody finishes is forgotten, and one that comes behind that stores nothing', async () => {
  const world = await aWorld()
  const made = await aPackage()
  const { id } = Artifact.parse(await (await world.begin(made.announced)).json())
  await db
    .update(artifacts)
    .set({ deadline: Date.now() - 1 })
    .where(eq(artifacts.id, id))
  await sweepArtifacts(clock())
  expect((await upload(world.contentOf(id), made.file, world.headers)).status).toBe(404)
  expect([await world.listed(), await inBucket(world.owner.organizationId)]).toEqual([[], []])
  expect(await world.told('artifact.deleted')).toEqual([])
})

test('what the bucket has lost is said once, and shown', async () => {
  const world = await aWorld()
  const { id } = await aStoredArtifact(world.connector.id, world.headers)
  await env.ARCHIVE.delete(`artifacts/${world.owner.organizationId}/${id}`)
  for (const _ of [1, 2]) expect((await call(world.contentOf(id), { headers: world.headers })).status).toBe(409)
  expect((await world.shown(id)).state).toBe('lost')
  expect([(await world.told('artifact.lost')).length, (await world.told('artifact.downloaded')).length]).toEqual([1, 0])
})

test('another organization finds nothing, and who may not is refused', async () => {
  const world = await aWorld()
  const made = await aPackage()
  const { id } = await aStoredArtifact(world.connector.id, world.headers)
  const stranger = await (await anOrganization()).authorization()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const auditor = await (await aMember(world.owner.organizationId, 'auditor')).authorization()
  const path = `/api/v1/artifacts/${id}`
  const tries = (headers: Record<string, string>) =>
    Promise.all([
      call(path, { headers }),
      call(`${path}/content`, { headers }),
      upload(`${path}/content`, made.file, headers),
      call(path, { method: 'DELETE', headers }),
      world.begin(made.announced, headers),
      post(`${path}/drills`, undefined, headers),
    ])
  expect((await tries(stranger)).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 404))
  expect((await tries(viewer)).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 403))
  expect((await tries(auditor)).map(({ status }) => status)).toEqual([200, 200, 403, 403, 403, 403])
  expect(Page(Artifact).parse(await (await call('/api/v1/artifacts', { headers: stranger })).json()).items).toEqual([])
  expect(await world.listed()).toHaveLength(1)
  expect(await world.listed('?state=failed')).toEqual([])
  expect(await world.listed(`?connectorId=${world.connector.id}&intent=backup&limit=1`)).toHaveLength(1)
})
