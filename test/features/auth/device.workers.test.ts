import { env, SELF } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { DeviceCodeAnswer, DeviceTokenAnswer, MyCapabilities } from '../../../worker/features/auth/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, origin, post } from '../../support/call.ts'
import { anOrganization, type Person } from '../../support/organizations.ts'

const grant = 'urn:ietf:params:oauth:grant-type:device_code'
const ask = async (body: object = {}) =>
  DeviceCodeAnswer.parse(await (await post('/api/v1/auth/device/code', body)).json())
const trade = (device_code: string, more: object = {}) =>
  post('/api/v1/auth/device/token', { grant_type: grant, device_code, ...more })
const errorOf = async (answer: Response) => [answer.status, (await answer.json<{ error: string }>()).error]
const decide = async (caller: Person, userCode: string, approve: boolean) =>
  post('/api/v1/auth/device/decide', { userCode, approve }, await caller.authorization())

test('a device gets a session of the organization in which it was approved, once', async () => {
  const person = await anOrganization()
  const asked = await ask()
  expect(asked.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  expect(asked.verification_uri_complete).toContain(asked.user_code)
  expect(await errorOf(await trade(asked.device_code))).toEqual([400, 'authorization_pending'])
  expect((await decide(person, asked.user_code.toLowerCase(), true)).status).toBe(204)
  const answers = await Promise.all([trade(asked.device_code), trade(asked.device_code)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  const won = answers.find(({ status }) => status === 200)
  const token = DeviceTokenAnswer.parse(await won?.json())
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 300, organization_id: person.organizationId })
  const me = await call('/api/v1/me', { headers: { authorization: `Bearer ${token.access_token}` } })
  expect(await me.json()).toMatchObject({ id: person.userId })
  expect(await auditTypes(person.organizationId)).toEqual(['device.approved', 'user.signed-in'])
})

test('a form is understood like JSON, as the RFC sends it', async () => {
  const form = (path: string, fields: Record<string, string>) =>
    SELF.fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
  const asked = DeviceCodeAnswer.parse(await (await form('/api/v1/auth/device/code', { client_id: 'other' })).json())
  const fields = { grant_type: grant, device_code: asked.device_code }
  expect(await errorOf(await form('/api/v1/auth/device/token', fields))).toEqual([400, 'invalid_grant'])
  const own = { ...fields, client_id: 'other' }
  expect(await errorOf(await form('/api/v1/auth/device/token', own))).toEqual([400, 'authorization_pending'])
})

test('who polls too fast is told to slow down', async () => {
  const { device_code } = await ask()
  await trade(device_code)
  expect(await errorOf(await trade(device_code))).toEqual([400, 'slow_down'])
  const row = await env.DB.prepare('select max(interval_ms) as n from device_codes').first<{ n: number }>()
  expect(row?.n).toBe(10_000)
})

test('a refused device hears so, and a decision is made once', async () => {
  const person = await anOrganization()
  const { device_code, user_code } = await ask()
  const decisions = await Promise.all([decide(person, user_code, false), decide(person, user_code, true)])
  expect(decisions.filter(({ status }) => status === 204)).toHaveLength(1)
  expect((await auditTypes(person.organizationId)).length).toBe(1)
  const again = await ask()
  await decide(person, again.user_code, false)
  expect(await errorOf(await trade(again.device_code))).toEqual([400, 'access_denied'])
  expect(device_code).not.toBe(again.device_code)
})

test('what is wrong with a poll is told in the words of the RFC', async () => {
  const { device_code } = await ask()
  expect(await errorOf(await trade('unknown'))).toEqual([400, 'invalid_grant'])
  expect(await errorOf(await trade(device_code, { grant_type: 'password' }))).toEqual([400, 'unsupported_grant_type'])
  expect(await errorOf(await post('/api/v1/auth/device/token', {}))).toEqual([400, 'invalid_request'])
  expect(await errorOf(await post('/api/v1/auth/device/code', { scope: 'everything' }))).toEqual([400, 'invalid_scope'])
  const broken = await SELF.fetch(`${origin}/api/v1/auth/device/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  expect(await errorOf(broken)).toEqual([400, 'invalid_request'])
  await env.DB.prepare('update device_codes set expires_at = 1').run()
  expect(await errorOf(await trade(device_code))).toEqual([400, 'expired_token'])
})

test('a device that asked for fewer capabilities has only those, and administers no account', async () => {
  const person = await anOrganization()
  const { device_code, user_code } = await ask({ scope: 'agents.read approvals.read' })
  const shown = await call(`/api/v1/auth/device/request?userCode=${user_code}`, {
    headers: await person.authorization(),
  })
  expect(await shown.json()).toMatchObject({ clientId: 'clawbutler-cli', scopes: ['agents.read', 'approvals.read'] })
  await decide(person, user_code, true)
  const token = DeviceTokenAnswer.parse(await (await trade(device_code)).json())
  const headers = { authorization: `Bearer ${token.access_token}` }
  const mine = MyCapabilities.parse(await (await call('/api/v1/me/capabilities', { headers })).json())
  expect(mine.capabilities).toEqual(['agents.read', 'approvals.read'])
  expect((await post('/api/v1/auth/totp/enroll', undefined, headers)).status).toBe(403)
  const refreshed = await post('/api/v1/auth/refresh', { refreshToken: token.refresh_token })
  const { accessToken } = await refreshed.json<{ accessToken: string }>()
  const after = await call('/api/v1/me/capabilities', { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await after.json()).toMatchObject({ capabilities: ['agents.read', 'approvals.read'] })
})

test('a device stays in its organization', async () => {
  const person = await anOrganization()
  const made = await post('/api/v1/organizations', { name: 'Second' }, await person.authorization())
  const { id } = await made.json<{ id: string }>()
  const { device_code, user_code } = await ask()
  await decide(person, user_code, true)
  const { refresh_token } = DeviceTokenAnswer.parse(await (await trade(device_code)).json())
  const switched = await post('/api/v1/auth/refresh', { refreshToken: refresh_token, organizationId: id })
  expect(await codeOf(switched)).toBe('forbidden')
})

test('a code that nobody asked for is not found, and nobody anonymous decides', async () => {
  const person = await anOrganization()
  expect((await decide(person, 'BBBB-BBBB', true)).status).toBe(404)
  expect((await post('/api/v1/auth/device/decide', { userCode: 'BBBB-BBBB', approve: true })).status).toBe(401)
})
