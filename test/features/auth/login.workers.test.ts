import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { LoginAnswer, Me } from '../../../worker/features/auth/contract.ts'
import { aRegistration, cookiesOf, password } from '../../support/accounts.ts'
import { call, codeOf, origin, post } from '../../support/call.ts'

test('whoever registers is signed in as the owner of their own organization', async () => {
  const { headers, email, organizationId } = await aRegistration()
  const me = Me.parse(await (await call('/api/v1/me', { headers })).json())
  expect(me).toMatchObject({ email, emailVerified: false, totpEnabled: false, passkeys: 0 })
  expect(me.organization).toEqual({ id: organizationId, name: "Ada's organization", role: 'owner' })
  expect(me.organizations).toHaveLength(1)
})

test('an address registers once, in whatever case it is written', async () => {
  const { email } = await aRegistration()
  const again = await post('/api/v1/auth/register', { email: email.toUpperCase(), password, name: 'Eve' })
  expect(again.status).toBe(409)
  expect(await codeOf(again)).toBe('email_taken')
})

test('two registrations of one address at once have one winner', async () => {
  await aRegistration()
  const body = { email: 'race@example.test', password, name: 'Ada' }
  const answers = await Promise.all([post('/api/v1/auth/register', body), post('/api/v1/auth/register', body)])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
})

test('the right password signs in; a wrong one and an unknown address answer the same', async () => {
  const { email, organizationId } = await aRegistration()
  const right = await post('/api/v1/auth/login', { email, password })
  expect(LoginAnswer.parse(await right.json())).toMatchObject({ tokenType: 'Bearer', organizationId })
  const wrong = await post('/api/v1/auth/login', { email, password: 'wrong' })
  const unknown = await post('/api/v1/auth/login', { email: 'nobody@example.test', password })
  const [wrongProblem, unknownProblem] = [await wrong.json<object>(), await unknown.json<object>()]
  expect(wrongProblem).toEqual({ ...unknownProblem, requestId: expect.any(String) })
  expect(wrongProblem).toMatchObject({ status: 401, code: 'invalid_credentials' })
})

test('signing in to an organization of others answers like one that does not exist', async () => {
  const { email } = await aRegistration()
  const other = await aRegistration()
  const answer = await post('/api/v1/auth/login', { email, password, organizationId: other.organizationId })
  expect(answer.status).toBe(404)
})

test('after ten tries an account waits, is told how long, and no longer than that', async () => {
  const { email } = await aRegistration()
  await post('/api/v1/auth/login', { email, password: 'wrong' })
  await env.DB.prepare('update rate_limits set hits = 10 where bucket = ?').bind(`login:account:${email}`).run()
  const refused = await post('/api/v1/auth/login', { email, password })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await env.DB.prepare('update rate_limits set window_ends_at = 1').run()
  expect((await post('/api/v1/auth/login', { email, password })).status).toBe(200)
})

test('a sign-in that succeeds forgets the tries before it', async () => {
  const { email } = await aRegistration()
  await post('/api/v1/auth/login', { email, password: 'wrong' })
  await post('/api/v1/auth/login', { email, password })
  const bucket = `login:account:${email}`
  expect(await env.DB.prepare('select * from rate_limits where bucket = ?').bind(bucket).first()).toBeNull()
})

test('a browser gets cookies that scripts cannot read, and acts only with the CSRF token', async () => {
  const { email } = await aRegistration()
  const signedIn = await post('/api/v1/auth/login', { email, password, transport: 'cookie' }, { origin })
  expect(await signedIn.json()).not.toHaveProperty('accessToken')
  const lines = signedIn.headers.getSetCookie()
  expect(lines.find((line) => line.startsWith('cb_access='))).toMatch(/HttpOnly/)
  expect(lines.find((line) => line.startsWith('cb_refresh='))).toMatch(
    /Path=\/api\/v1\/auth;.*HttpOnly.*SameSite=Strict/,
  )
  const { header: cookie, csrf } = cookiesOf(signedIn)
  expect((await call('/api/v1/me', { headers: { cookie } })).status).toBe(200)

  const bare = await call('/api/v1/auth/sessions', { method: 'DELETE', headers: { cookie } })
  expect(await codeOf(bare)).toBe('csrf')
  const foreign = await call('/api/v1/auth/sessions', {
    method: 'DELETE',
    headers: { cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' },
  })
  expect(await codeOf(foreign)).toBe('csrf')
  const own = await call('/api/v1/auth/sessions', {
    method: 'DELETE',
    headers: { cookie, 'x-csrf-token': csrf, origin },
  })
  expect(own.status).toBe(204)
})

test('a page of another origin cannot sign a browser in', async () => {
  const { email } = await aRegistration()
  const headers = { origin: 'https://evil.example' }
  const answer = await post('/api/v1/auth/login', { email, password, transport: 'cookie' }, headers)
  expect(answer.status).toBe(403)
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('a broken cookie leaves public paths open and is refused elsewhere', async () => {
  const headers = { cookie: 'cb_access=broken' }
  expect((await call('/api/v1/auth/methods', { headers })).status).toBe(200)
  expect(await codeOf(await call('/api/v1/me', { headers }))).toBe('unauthenticated')
})
