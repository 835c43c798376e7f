import { SELF } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { parseBundle } from '../../../tlog/bundle.ts'
import { PublicAddress } from '../../../worker/features/audit/public/contract.ts'
import { rateLimits } from '../../../worker/features/rate-limits/schema.ts'
import { appendMany, archiveAll } from '../../support/archive.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/audit/public-address'

const set = async (who: Person, open: unknown) =>
  call(path, { method: 'PUT', body: { open }, headers: await who.authorization() })
const opened = async (who: Person) => {
  const answer = await set(who, true)
  expect(answer.status).toBe(200)
  const { url } = PublicAddress.parse(await answer.json())
  return url ?? ''
}
/** As a stranger reads: no credential, from a page of somebody else. */
const read = (url: string) => SELF.fetch(url, { headers: { origin: 'https://verifier.example' } })
const typesOf = async (who: Person) => (await checkAuditLog(who.organizationId)).map(({ type }) => type)

test('it is closed until somebody opens it, and a stranger reads the log without what it says', async () => {
  const owner = await anOrganization()
  await appendMany(owner.organizationId, 300, { payload: { name: 'not for strangers' } })
  await archiveAll(owner.organizationId)
  const headers = await owner.authorization()
  expect(await (await call(path, { headers })).json()).toEqual({ url: null, openedAt: null, openedByName: null })
  const url = await opened(owner)
  expect(url).toMatch(/^http:\/\/localhost:8787\/api\/v1\/audit\/public\/[\w-]{43}$/)
  expect(await (await call(path, { headers })).json()).toMatchObject({ url, openedByName: 'Person owner' })
  const checkpoint = await read(`${url}/checkpoint`)
  expect(checkpoint.headers.get('access-control-allow-origin')).toBe('*')
  expect(checkpoint.headers.get('cache-control')).toBe('no-cache')
  expect((await checkpoint.text()).split('\n')[0]).toContain(owner.organizationId)
  expect(await (await read(`${url}/vkey`)).text()).toMatch(/\+[0-9a-f]{8}\+/)
  const bundle = await read(`${url}/tile/entries/000`)
  expect(bundle.headers.get('cache-control')).toContain('immutable')
  const bytes = new Uint8Array(await bundle.arrayBuffer())
  expect(parseBundle(bytes)).toHaveLength(256)
  expect(new TextDecoder().decode(bytes)).not.toContain('strangers')
  const asked = await SELF.fetch(`${url}/tile/entries/000`, { headers: { 'accept-encoding': 'gzip' } })
  expect([asked.headers.get('content-encoding'), asked.headers.get('vary')]).toEqual([
    'gzip',
    expect.stringContaining('accept-encoding'),
  ])
  expect(new Uint8Array(await asked.arrayBuffer())).toEqual(bytes)
  expect((await (await read(`${url}/tile/0/000`)).arrayBuffer()).byteLength).toBe(8_192)
  for (const beyond of ['tile/0/009', 'tile/0/0', 'events', 'export', ''])
    expect([401, 404]).toContain((await read(`${url}/${beyond}`)).status)
  expect(await typesOf(owner)).toContain('audit.public-opened')
})

test('the address, which lets in whoever knows it, stands in no log line', async () => {
  const url = await opened(await anOrganization())
  const [token = '', lines] = [url.split('/').at(-1), vi.spyOn(console, 'log')]
  for (const part of ['checkpoint', 'tile/0/000', 'nothing']) await read(`${url.replace('public', '%70ublic')}/${part}`)
  const told = lines.mock.calls.flat().map(String)
  lines.mockRestore()
  expect(told.filter((line) => line.includes(token))).toEqual([])
  expect(told.filter((line) => line.includes('"/api/v1/audit/public/…/checkpoint"'))).not.toEqual([])
})

test('opened twice it is the same, closed it is gone at once, and opened again it is another one', async () => {
  const owner = await anOrganization()
  const first = await opened(owner)
  expect(await opened(owner)).toBe(first)
  expect((await read(`${first}/checkpoint`)).status).toBe(200)
  for (const _ of [1, 2]) expect(await (await set(owner, false)).json()).toMatchObject({ url: null })
  for (const part of ['checkpoint', 'vkey', 'tile/0/000']) expect((await read(`${first}/${part}`)).status).toBe(404)
  expect(await opened(owner)).not.toBe(first)
  expect((await read(`${first}/checkpoint`)).status).toBe(404)
  expect(await typesOf(owner)).toEqual(['audit.public-opened', 'audit.public-closed', 'audit.public-opened'])
})

test('who may not keep opens nothing, a wrong address is none, and one organization opens only its own', async () => {
  const [owner, other] = [await anOrganization(), await anOrganization()]
  const auditor = await aMember(owner.organizationId, 'auditor')
  expect((await set(auditor, true)).status).toBe(403)
  expect((await set(owner, 'yes')).status).toBe(422)
  await opened(other)
  const headers = await auditor.authorization()
  expect(await (await call(path, { headers })).json()).toMatchObject({ url: null })
  for (const token of [owner.organizationId, 'x', 'A'.repeat(43)])
    expect((await call(`/api/v1/audit/public/${token}/checkpoint`)).status).toBe(404)
  await checkAuditLog(owner.organizationId)
  await checkAuditLog(other.organizationId)
})

test('a wrong credential is nobody’s business here, and too many readers are asked to wait', async () => {
  const owner = await anOrganization()
  const url = await opened(owner)
  const answer = await SELF.fetch(`${url}/checkpoint`, { headers: { authorization: 'Bearer nonsense' } })
  expect(answer.status).toBe(200)
  const preflight = await SELF.fetch(`${url}/checkpoint`, {
    method: 'OPTIONS',
    headers: { origin: 'https://verifier.example', 'access-control-request-method': 'GET' },
  })
  expect(preflight.headers.get('access-control-allow-methods')).toContain('GET')
  const closed = await read(`${url.slice(0, -3)}/checkpoint`)
  expect([closed.status, closed.headers.get('access-control-allow-origin')]).toEqual([404, '*'])
  const bucket = `audit.public:account:${owner.organizationId}`
  await owner.ctx.db
    .update(rateLimits)
    .set({ hits: 1_000_000, windowEndsAt: Date.now() + 60_000 })
    .where(eq(rateLimits.bucket, bucket))
  const waiting = await read(`${url}/checkpoint`)
  expect([waiting.status, waiting.headers.get('access-control-allow-origin')]).toEqual([429, '*'])
  expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0)
  await checkAuditLog(owner.organizationId)
})
