import { expect, test } from 'vitest'
import type { Role } from '../../../worker/platform/access/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf } from '../../support/call.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const change = async (caller: Person, userId: string, role: Role) =>
  call(`/api/v1/organizations/members/${userId}`, {
    method: 'PATCH',
    body: { role },
    headers: await caller.authorization(),
  })
const remove = async (caller: Person, userId: string) =>
  call(`/api/v1/organizations/members/${userId}`, { method: 'DELETE', headers: await caller.authorization() })
const leave = async (caller: Person) =>
  call('/api/v1/organizations/leave', { method: 'POST', headers: await caller.authorization() })

test('members are listed page by page, and only those of the caller’s organization', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  await anOrganization()
  const seen: string[] = []
  let cursor = ''
  do {
    const path = `/api/v1/organizations/members?limit=1${cursor && `&cursor=${cursor}`}`
    const page = await (await call(path, { headers: await viewer.authorization() })).json<{
      items: { userId: string }[]
      nextCursor: string | null
    }>()
    seen.push(...page.items.map(({ userId }) => userId))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  expect(seen).toEqual([owner.userId, viewer.userId])
})

test('an admin gives roles, and the change is audited once however often it is asked for', async () => {
  const { organizationId } = await anOrganization()
  const admin = await aMember(organizationId, 'admin')
  const viewer = await aMember(organizationId, 'viewer')
  expect((await change(admin, viewer.userId, 'operator')).status).toBe(200)
  expect((await change(admin, viewer.userId, 'operator')).status).toBe(200)
  expect(await auditTypes(organizationId)).toEqual(['member.role-changed'])
})

test('an admin neither makes, nor changes, nor removes owners', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  await aMember(owner.organizationId, 'owner')
  expect((await change(admin, admin.userId, 'owner')).status).toBe(403)
  expect((await change(admin, owner.userId, 'viewer')).status).toBe(403)
  expect((await remove(admin, owner.userId)).status).toBe(403)
})

test('a token that still says owner makes no owners once its person is none', async () => {
  const owner = await anOrganization()
  const second = await aMember(owner.organizationId, 'owner')
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await change(owner, second.userId, 'viewer')).status).toBe(200)
  expect((await change(second, viewer.userId, 'owner')).status).toBe(403)
})

test('the last owner cannot go, be removed, or be made less', async () => {
  const owner = await anOrganization()
  await aMember(owner.organizationId, 'admin')
  expect(await codeOf(await change(owner, owner.userId, 'admin'))).toBe('conflict')
  expect(await codeOf(await remove(owner, owner.userId))).toBe('conflict')
  expect(await codeOf(await leave(owner))).toBe('conflict')
  expect(await auditTypes(owner.organizationId)).toEqual([])
})

test('of two last owners who leave at once, one stays', async () => {
  const first = await anOrganization()
  const second = await aMember(first.organizationId, 'owner')
  const answers = await Promise.all([leave(first), leave(second)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
})

test('everybody else may leave, and is gone', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await leave(viewer)).status).toBe(204)
  expect((await leave(viewer)).status).toBe(404)
  expect((await remove(owner, viewer.userId)).status).toBe(404)
})

test('roles without the capability change nothing', async () => {
  const owner = await anOrganization()
  for (const role of ['operator', 'approver', 'auditor', 'viewer'] as const) {
    const member = await aMember(owner.organizationId, role)
    expect((await change(member, owner.userId, 'viewer')).status).toBe(403)
    expect((await remove(member, owner.userId)).status).toBe(403)
  }
})

test('members of another organization answer like people who do not exist', async () => {
  const mine = await anOrganization()
  const other = await anOrganization()
  const foreign = await change(mine, other.userId, 'viewer')
  const absent = await change(mine, 'usr_00000000000000000000000000', 'viewer')
  const [a, b] = [await foreign.json<object>(), await absent.json<object>()]
  expect({ ...a, requestId: '' }).toEqual({ ...b, requestId: '' })
  expect(foreign.status).toBe(404)
})

test('an organization is renamed by its staff only', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  const rename = async (caller: Person) =>
    call('/api/v1/organizations/current', {
      method: 'PATCH',
      body: { name: 'New name' },
      headers: await caller.authorization(),
    })
  expect((await rename(viewer)).status).toBe(403)
  expect(await (await rename(owner)).json()).toMatchObject({ id: owner.organizationId, name: 'New name' })
})
