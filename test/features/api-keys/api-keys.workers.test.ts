import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { type CreateApiKey, CreatedApiKey } from '../../../worker/features/api-keys/contract.ts'
import { MyCapabilities } from '../../../worker/features/auth/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, post } from '../../support/call.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const create = async (caller: Person, key: Partial<CreateApiKey>) =>
  post('/api/v1/api-keys', { name: 'CI', scopes: ['agents.read'], ...key }, await caller.authorization())
const aKey = async (caller: Person, key: Partial<CreateApiKey> = {}) =>
  CreatedApiKey.parse(await (await create(caller, key)).json())
const use = (secret: string) => call('/api/v1/me/capabilities', { headers: { authorization: `Bearer ${secret}` } })

test('a key acts in its organization with its scopes and nothing else', async () => {
  const owner = await anOrganization()
  const { secret, apiKey } = await aKey(owner, { scopes: ['agents.read', 'approvals.read'] })
  expect(MyCapabilities.parse(await (await use(secret)).json())).toEqual({
    organizationId: owner.organizationId,
    role: null,
    capabilities: ['agents.read', 'approvals.read'],
  })
  const headers = { authorization: `Bearer ${secret}` }
  expect((await call('/api/v1/organizations/members', { headers })).status).toBe(403)
  expect(secret.startsWith('cbk_')).toBe(true)
  expect(apiKey.hint).not.toContain(secret.slice(12, -6))
})

test('no list and no row holds the secret', async () => {
  const owner = await anOrganization()
  const { secret } = await aKey(owner)
  const list = await (await call('/api/v1/api-keys', { headers: await owner.authorization() })).text()
  const rows = JSON.stringify((await env.DB.prepare('select * from api_keys').all()).results)
  for (const text of [list, rows]) expect(text).not.toContain(secret.slice(31))
})

test('a key has no more than its creator, today as well as when it was made', async () => {
  const owner = await anOrganization()
  const operator = await aMember(owner.organizationId, 'operator')
  expect((await create(operator, { scopes: ['members.write'] })).status).toBe(403)
  const { secret } = await aKey(operator, { scopes: ['agents.read', 'approvals.decide'] })
  await env.DB.prepare("update members set role = 'viewer' where user_id = ?").bind(operator.userId).run()
  expect(await (await use(secret)).json()).toMatchObject({ capabilities: ['agents.read'] })
  await env.DB.prepare('delete from members where user_id = ?').bind(operator.userId).run()
  expect((await use(secret)).status).toBe(401)
})

test('a revoked key works no more, and is revoked once', async () => {
  const owner = await anOrganization()
  const { secret, apiKey } = await aKey(owner)
  const stranger = await anOrganization()
  const revoke = async (caller: Person) =>
    call(`/api/v1/api-keys/${apiKey.id}`, { method: 'DELETE', headers: await caller.authorization() })
  expect((await revoke(stranger)).status).toBe(404)
  expect((await revoke(owner)).status).toBe(204)
  expect((await revoke(owner)).status).toBe(404)
  expect((await use(secret)).status).toBe(401)
  // That it was refused is told behind its answer.
  const events = ['api-key.created', 'api-key.revoked', 'api-key.refused']
  await expect.poll(() => auditTypes(owner.organizationId)).toEqual(events)
})

test('an expired key and a wrong secret are refused alike', async () => {
  const owner = await anOrganization()
  const { secret, apiKey } = await aKey(owner, { expiresInDays: 1 })
  const wrong = await use(`${secret.slice(0, -4)}AAAA`)
  await env.DB.prepare('update api_keys set expires_at = 1 where id = ?').bind(apiKey.id).run()
  const expired = await use(secret)
  const [a, b] = [await wrong.json<object>(), await expired.json<object>()]
  expect({ ...a, requestId: '' }).toEqual({ ...b, requestId: '' })
  expect(expired.status).toBe(401)
})

test('its last use is noted', async () => {
  const owner = await anOrganization()
  const { secret } = await aKey(owner)
  await use(secret)
  await expect
    .poll(async () => {
      const list = await call('/api/v1/api-keys', { headers: await owner.authorization() })
      return (await list.json<{ items: { lastUsedAt: string | null }[] }>()).items[0]?.lastUsedAt
    })
    .not.toBeNull()
})

test('a key makes no keys, and a viewer neither', async () => {
  const owner = await anOrganization()
  const { secret } = await aKey(owner, { scopes: ['api-keys.write'] })
  const byKey = await post(
    '/api/v1/api-keys',
    { name: 'x', scopes: ['agents.read'] },
    { authorization: `Bearer ${secret}` },
  )
  expect(byKey.status).toBe(403)
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await create(viewer, {})).status).toBe(403)
})
