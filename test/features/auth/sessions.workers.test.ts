import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { LoginAnswer } from '../../../worker/features/auth/contract.ts'
import { aRegistration, cookiesOf, password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, origin, post } from '../../support/call.ts'
import { aMember } from '../../support/organizations.ts'

const refresh = (refreshToken: string, organizationId?: string) =>
  post('/api/v1/auth/refresh', { refreshToken, ...(organizationId && { organizationId }) })

const tokensOf = async (answer: Response) => {
  const parsed = LoginAnswer.parse(await answer.json())
  if (parsed.tokenType !== 'Bearer') throw new Error('asked for tokens and got cookies')
  return parsed
}

test('a refresh token works once; its second use ends the whole session and is audited', async () => {
  const first = await aRegistration()
  const second = await tokensOf(await refresh(first.refreshToken))
  expect((await refresh(first.refreshToken)).status).toBe(401)
  expect((await refresh(second.refreshToken)).status).toBe(401)
  expect(await auditTypes(first.organizationId)).toContain('session.reuse-detected')
})

test('two refreshes at once have one winner, and its session goes on', async () => {
  const { refreshToken } = await aRegistration()
  const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)])
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, 401])
})

test('a guessed token of a known session ends nothing', async () => {
  const { refreshToken } = await aRegistration()
  const guessed = `${refreshToken.slice(0, 31)}${'A'.repeat(86)}`
  expect((await refresh(guessed)).status).toBe(401)
  expect((await refresh('rubbish')).status).toBe(401)
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('a browser refreshes by its cookie, and signs out of everything that the cookies open', async () => {
  const { email } = await aRegistration()
  const signedIn = await post('/api/v1/auth/login', { email, password, transport: 'cookie' }, { origin })
  const first = cookiesOf(signedIn)
  const renewed = await post('/api/v1/auth/refresh', {}, { cookie: first.header, origin })
  expect(renewed.status).toBe(200)
  const second = cookiesOf(renewed)
  expect(second.csrf).toBe(first.csrf)

  const bare = await call('/api/v1/auth/refresh', { method: 'POST', headers: { cookie: second.header } })
  expect(bare.status).toBe(200)
  const third = cookiesOf(bare)
  const out = await post('/api/v1/auth/logout', {}, { cookie: third.header, origin })
  expect(out.status).toBe(204)
  expect(out.headers.getSetCookie().every((line) => /Max-Age=0/.test(line))).toBe(true)
  expect((await post('/api/v1/auth/refresh', {}, { cookie: third.header, origin })).status).toBe(401)
})

test('another page cannot refresh with the cookies of ours', async () => {
  const { email } = await aRegistration()
  const signedIn = await post('/api/v1/auth/login', { email, password, transport: 'cookie' }, { origin })
  const headers = { cookie: cookiesOf(signedIn).header, origin: 'https://evil.example' }
  expect(await codeOf(await post('/api/v1/auth/refresh', {}, headers))).toBe('csrf')
})

test('a person switches between their organizations and into no other', async () => {
  const mine = await aRegistration()
  const made = await post('/api/v1/organizations', { name: 'Second' }, mine.headers)
  const { id } = await made.json<{ id: string }>()
  const switched = await tokensOf(await refresh(mine.refreshToken, id))
  expect(switched.organizationId).toBe(id)
  const other = await aRegistration()
  expect((await refresh(switched.refreshToken, other.organizationId)).status).toBe(404)
  // The refusal did not use the token up.
  expect((await refresh(switched.refreshToken)).status).toBe(200)
})

test('who was removed from an organization does not get back into it by refreshing', async () => {
  const mine = await aRegistration()
  const made = await post('/api/v1/organizations', { name: 'Second' }, mine.headers)
  const { id } = await made.json<{ id: string }>()
  const inSecond = await tokensOf(await refresh(mine.refreshToken, id))
  await env.DB.prepare('delete from members where organization_id = ?').bind(id).run()
  const back = await tokensOf(await refresh(inSecond.refreshToken))
  expect(back.organizationId).toBe(mine.organizationId)
})

test('sessions are listed and revoked by their own person only', async () => {
  const { email, headers, refreshToken } = await aRegistration()
  const elsewhere = await tokensOf(await post('/api/v1/auth/login', { email, password }))
  const list = await (await call('/api/v1/auth/sessions', { headers })).json<{
    items: { id: string; current: boolean }[]
  }>()
  expect(list.items.map(({ current }) => current).sort()).toEqual([false, true])
  const other = list.items.find(({ current }) => !current)?.id

  const stranger = await aRegistration()
  const path = `/api/v1/auth/sessions/${other}`
  expect((await call(path, { method: 'DELETE', headers: stranger.headers })).status).toBe(404)
  expect((await call(path, { method: 'DELETE', headers })).status).toBe(204)
  expect((await call(path, { method: 'DELETE', headers })).status).toBe(404)
  expect((await refresh(elsewhere.refreshToken)).status).toBe(401)
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('signing out everywhere else keeps the session that asks', async () => {
  const { email, headers, refreshToken } = await aRegistration()
  const elsewhere = await tokensOf(await post('/api/v1/auth/login', { email, password }))
  expect((await call('/api/v1/auth/sessions', { method: 'DELETE', headers })).status).toBe(204)
  expect((await refresh(elsewhere.refreshToken)).status).toBe(401)
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('an API key is nobody: it has no sessions and no account', async () => {
  const { organizationId } = await aRegistration()
  const owner = await aMember(organizationId, 'owner')
  const made = await post('/api/v1/api-keys', { name: 'k', scopes: ['agents.read'] }, await owner.authorization())
  const { secret } = await made.json<{ secret: string }>()
  const headers = { authorization: `Bearer ${secret}` }
  expect((await call('/api/v1/auth/sessions', { headers })).status).toBe(403)
  expect((await call('/api/v1/me', { headers })).status).toBe(403)
  expect((await call('/api/v1/me/capabilities', { headers })).status).toBe(200)
})
