import { expect, test } from 'vitest'
import {
  ownSearchesMax,
  SavedSearch,
  SavedSearches,
  type SaveSearch,
} from '../../../worker/features/audit/searches/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aKeyOf } from '../../support/asked.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/audit/searches'
type Caller = Pick<Person, 'authorization'>

const save = async (person: Caller, search: Partial<SaveSearch> = {}) =>
  post(path, { name: 'Risky', query: { risk: 'high,critical' }, ...search }, await person.authorization())
const saved = async (person: Caller, search: Partial<SaveSearch> = {}) => {
  const answer = await save(person, search)
  expect(answer.status).toBe(201)
  return SavedSearch.parse(await answer.json())
}
const change = async (person: Caller, id: string, body: unknown) =>
  call(`${path}/${id}`, { method: 'PATCH', body, headers: await person.authorization() })
const remove = async (person: Caller, id: string) =>
  call(`${path}/${id}`, { method: 'DELETE', headers: await person.authorization() })
const listed = async (person: Caller) => {
  const answer = await call(path, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return SavedSearches.parse(await answer.json()).items
}
const namesOf = async (person: Caller) => (await listed(person)).map(({ name }) => name)
const typesOf = async (person: Person) =>
  (await auditTypes(person.organizationId)).filter((type) => type.includes('search'))

test('a search is kept, found again, renamed and removed, and each is an event', async () => {
  const owner = await anOrganization()
  const query = { keyword: '部署 prod', type: 'approval.', from: '2026-01-01T00:00:00.000Z', order: 'oldest' as const }
  const { id } = await saved(owner, { name: ' Deployments ', query })
  expect(await listed(owner)).toMatchObject([{ id, name: 'Deployments', query, isOwn: true, isShared: false }])
  const renamed = await change(owner, id, { name: 'Releases' })
  expect(SavedSearch.parse(await renamed.json())).toMatchObject({ id, name: 'Releases', query })
  expect((await remove(owner, id)).status).toBe(204)
  expect(await listed(owner)).toEqual([])
  const entries = await checkAuditLog(owner.organizationId)
  expect(entries.map(({ type, target }) => [type, target])).toEqual([
    ['audit.search-saved', id],
    ['audit.search-changed', id],
    ['audit.search-removed', id],
  ])
  expect(entries[1]?.payload).toEqual({ searchId: id, name: 'Releases', isShared: false, fields: ['name'] })
})

test('twice is once: a name that is taken is refused, what is so already writes nothing, what is gone is gone', async () => {
  const owner = await anOrganization()
  const first = await saved(owner)
  const again = await save(owner)
  expect([again.status, await codeOf(again)]).toEqual([409, 'conflict'])
  const raced = await Promise.all([save(owner, { name: 'Raced' }), save(owner, { name: 'Raced' })])
  expect(raced.map(({ status }) => status).sort()).toEqual([201, 409])
  const onto = await change(owner, first.id, { name: 'Raced' })
  expect([onto.status, await codeOf(onto)]).toEqual([409, 'conflict'])
  expect((await change(owner, first.id, { name: 'Risky', query: { risk: 'high,critical' } })).status).toBe(200)
  expect((await remove(owner, first.id)).status).toBe(204)
  expect((await remove(owner, first.id)).status).toBe(404)
  expect((await change(owner, first.id, { name: 'Gone' })).status).toBe(404)
  expect(await typesOf(owner)).toEqual(['audit.search-saved', 'audit.search-saved', 'audit.search-removed'])
})

test('from another organization, and to everybody but its owner, a private search does not exist', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const auditor = await aMember(owner.organizationId, 'auditor')
  const [own, shared] = [await saved(auditor), await saved(auditor, { name: 'For all', isShared: true })]
  for (const other of [owner, stranger]) {
    expect((await change(other, own.id, { name: 'Mine' })).status).toBe(404)
    expect((await remove(other, own.id)).status).toBe(404)
  }
  expect((await change(stranger, shared.id, { name: 'Mine' })).status).toBe(404)
  expect((await remove(stranger, shared.id)).status).toBe(404)
  expect((await remove(owner, newId('sch'))).status).toBe(404)
  expect([await namesOf(auditor), await namesOf(owner), await namesOf(stranger)]).toEqual([
    ['For all', 'Risky'],
    ['For all'],
    [],
  ])
  expect(await typesOf(owner)).toEqual(['audit.search-saved', 'audit.search-saved'])
  expect(await typesOf(stranger)).toEqual([])
})

test('a shared search is changed by its author and by who administers, and by nobody else', async () => {
  const owner = await anOrganization()
  const [author, other] = [
    await aMember(owner.organizationId, 'operator'),
    await aMember(owner.organizationId, 'auditor'),
  ]
  const admin = await aMember(owner.organizationId, 'admin')
  const { id } = await saved(author, { isShared: true })
  expect(await listed(other)).toMatchObject([{ id, isOwn: false, mayChange: false, ownerName: 'Person operator' }])
  expect(await listed(admin)).toMatchObject([{ id, isOwn: false, mayChange: true }])
  for (const answer of [await change(other, id, { name: 'Mine' }), await remove(other, id)])
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'forbidden'])
  expect((await change(admin, id, { query: { risk: 'critical' } })).status).toBe(200)
  expect((await change(author, id, { isShared: false })).status).toBe(200)
  expect((await remove(admin, id)).status).toBe(404)
  expect((await remove(author, id)).status).toBe(204)
  expect(await typesOf(owner)).toEqual([
    'audit.search-saved',
    'audit.search-changed',
    'audit.search-changed',
    'audit.search-removed',
  ])
})

test('who may not read the audit keeps no searches of it; an API key has those of its creator', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  const { id } = await saved(owner)
  expect((await call(path, { headers: await viewer.authorization() })).status).toBe(403)
  expect((await save(viewer)).status).toBe(403)
  expect((await change(viewer, id, { name: 'x' })).status).toBe(403)
  expect((await remove(viewer, id)).status).toBe(403)
  expect((await call(path)).status).toBe(401)
  const key = await aKeyOf(owner, ['audit.read'])
  expect(await namesOf(key)).toEqual(['Risky'])
  const types = await auditTypes(owner.organizationId)
  expect(types.filter((type) => type === 'access.refused').length).toBe(4)
})

test('what is no search is 422, and a person keeps a bounded number', async () => {
  const owner = await anOrganization()
  const wrong = [
    { name: '', query: { risk: 'low' } },
    { name: 'x'.repeat(81), query: { risk: 'low' } },
    { name: 'x', query: {} },
    { name: 'x', query: { order: 'oldest' } },
    { name: 'x', query: { risk: 'huge' } },
    { name: 'x', query: { who: 'me' } },
    { name: 'x', query: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
    { name: 'x' },
  ]
  const headers = await owner.authorization()
  for (const body of wrong) expect([body, (await post(path, body, headers)).status]).toEqual([body, 422])
  const { id } = await saved(owner, { name: '0' })
  for (const body of [{}, { name: ' ' }, { isShared: 'yes' }, { query: {} }])
    expect([body, (await change(owner, id, body)).status]).toEqual([body, 422])
  for (let n = 1; n < ownSearchesMax; n += 1) await saved(owner, { name: String(n) })
  const tooMany = await save(owner, { name: 'one more' })
  expect([tooMany.status, await codeOf(tooMany)]).toEqual([409, 'conflict'])
  expect((await listed(owner)).length).toBe(ownSearchesMax)
  expect((await typesOf(owner)).length).toBe(ownSearchesMax)
})
