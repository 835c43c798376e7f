import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { formatVerifierKey } from '../../../tlog/note.ts'
import { Witness, Witnesses } from '../../../worker/features/audit/witnesses/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf } from '../../support/call.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { aCosigner, aLog } from '../../tlog/witness/cosigning.ts'

const path = '/api/v1/audit/witnesses'
const send = async (person: Person, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', at = '', body?: unknown) =>
  call(`${path}${at}`, { method, headers: await person.authorization(), ...(body !== undefined && { body }) })
const read = async <T extends z.ZodType>(schema: T, answer: Response): Promise<z.infer<T>> =>
  schema.parse(await answer.json())
const aKey = () => formatVerifierKey(aCosigner('w.clawbutler.dev/x').key)
const settings = (enabled = true) => ({ name: 'Ours', url: 'https://witness.clawbutler.dev/w/', vkey: aKey(), enabled })

const genuine = globalThis.fetch
beforeAll(() => {
  vi.stubGlobal('fetch', (target: RequestInfo | URL, init?: RequestInit) => {
    if (String(target).startsWith('https://witness.clawbutler.dev/')) throw new TypeError('nobody is there')
    return genuine(target, init)
  })
})
afterAll(() => vi.unstubAllGlobals())

test('a witness is named, changed, asked, and removed, and each of it is told', async () => {
  const owner = await anOrganization()
  const added = await send(owner, 'POST', '', settings())
  expect(added.status).toBe(201)
  const witness = await read(Witness, added)
  expect(witness).toMatchObject({ url: 'https://witness.clawbutler.dev/w', state: 'new', size: 0, enabled: true })
  const renamed = await send(owner, 'PATCH', `/${witness.id}`, { name: 'Theirs' })
  expect(await read(Witness, renamed)).toMatchObject({ name: 'Theirs', vkey: witness.vkey })
  expect((await send(owner, 'PATCH', `/${witness.id}`, { name: 'Theirs' })).status).toBe(200)
  const asked = await read(Witness, await send(owner, 'POST', `/${witness.id}/submit`))
  expect(asked).toMatchObject({ state: 'failing', fault: 'unreachable' })
  expect(asked.lag).toBeGreaterThan(0)
  const policy = await read(Witnesses, await send(owner, 'PUT', '/policy', { quorum: 1 }))
  expect(policy).toMatchObject({ quorum: 1, witnessedSize: null, items: [{ id: witness.id }] })
  expect(await codeOf(await send(owner, 'DELETE', `/${witness.id}`))).toBe('conflict')
  await send(owner, 'PUT', '/policy', { quorum: 0 })
  expect((await send(owner, 'DELETE', `/${witness.id}`)).status).toBe(204)
  expect((await send(owner, 'DELETE', `/${witness.id}`)).status).toBe(404)
  expect(await auditTypes(owner.organizationId)).toEqual([
    'witness.added',
    'witness.changed',
    'witness.policy-changed',
    'witness.policy-changed',
    'witness.removed',
  ])
})

test('an address that leads inwards, a key that is none and one that is known are refused', async () => {
  const owner = await anOrganization()
  const good = settings(false)
  const wrong = [
    { ...good, url: 'http://witness.clawbutler.dev' },
    { ...good, url: 'https://127.0.0.1/w' },
    { ...good, url: 'https://user:secret@witness.clawbutler.dev/w' },
    { ...good, url: 'https://witness.clawbutler.dev/w?token=1' },
    { ...good, url: 'ftp://witness.clawbutler.dev/w' },
    { ...good, vkey: 'x' },
    { ...good, vkey: formatVerifierKey(aLog('log.example').key) },
    { ...good, vkey: `${good.vkey}x` },
    { ...good, vkey: `w.example+01020304+${btoa(`\x06${'k'.repeat(1312)}`)}` },
    { ...good, name: '' },
    { ...good, more: 1 },
  ]
  for (const body of wrong) expect([body, (await send(owner, 'POST', '', body)).status]).toEqual([body, 422])
  expect((await send(owner, 'POST', '', good)).status).toBe(201)
  expect(await codeOf(await send(owner, 'POST', '', { ...settings(), vkey: good.vkey }))).toBe('conflict')
  expect(await codeOf(await send(owner, 'PUT', '/policy', { quorum: 1 }))).toBe('conflict')
  expect((await send(owner, 'PUT', '/policy', { quorum: -1 })).status).toBe(422)
  expect(await auditTypes(owner.organizationId)).toEqual(['witness.added'])
})

test('an organization sees and changes its own witnesses alone, and whoever may not changes none', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { id } = await read(Witness, await send(owner, 'POST', '', settings(false)))
  expect((await read(Witnesses, await send(stranger, 'GET'))).items).toEqual([])
  expect((await send(stranger, 'PATCH', `/${id}`, { enabled: false })).status).toBe(404)
  expect((await send(stranger, 'POST', `/${id}/submit`)).status).toBe(404)
  expect((await send(stranger, 'DELETE', `/${id}`)).status).toBe(404)
  const auditor = await aMember(owner.organizationId, 'auditor')
  expect((await read(Witnesses, await send(auditor, 'GET'))).items).toHaveLength(1)
  for (const refused of [
    await send(auditor, 'POST', '', settings()),
    await send(auditor, 'PATCH', `/${id}`, { enabled: false }),
    await send(auditor, 'PUT', '/policy', { quorum: 1 }),
    await send(auditor, 'POST', `/${id}/submit`),
    await send(auditor, 'DELETE', `/${id}`),
  ])
    expect(refused.status).toBe(403)
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await send(viewer, 'GET')).status).toBe(403)
})

test('a checkpoint that no witness has cosigned is asked for in vain as a witnessed one', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  expect((await call('/api/v1/audit/log/checkpoint', { headers })).status).toBe(200)
  expect((await call('/api/v1/audit/log/checkpoint?witnessed=true', { headers })).status).toBe(404)
  expect((await call('/api/v1/audit/log/checkpoint?witnessed=perhaps', { headers })).status).toBe(422)
})
