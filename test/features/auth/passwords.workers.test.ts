import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { checkPassword } from '../../../worker/features/auth/passwords/hash.ts'
import { passwordCost } from '../../../worker/features/auth/passwords/password-cost.ts'
import { aRegistration, password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { mailedToken, mailsTo } from '../../support/mails.ts'

const next = 'another long enough password'
const forgot = (email: string) => post('/api/v1/auth/forgot-password', { email })
const reset = (token: string, to = next) => post('/api/v1/auth/reset-password', { token, password: to })

/** The mail goes out after the answer did. */
const resetToken = async (email: string, than?: string) => {
  await forgot(email)
  await expect.poll(() => mailedToken(email, 'reset-password').catch(() => than)).not.toBe(than)
  return mailedToken(email, 'reset-password')
}

test('asking for a link answers the same for everybody', async () => {
  const { email } = await aRegistration()
  const [known, unknown] = [await forgot(email), await forgot('nobody@example.test')]
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()])
  expect(known.status).toBe(202)
})

test('a mailed link sets the password once and ends every session', async () => {
  const { email, refreshToken, organizationId } = await aRegistration()
  const token = await resetToken(email)
  const answers = await Promise.all([reset(token), reset(token)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  expect((await post('/api/v1/auth/refresh', { refreshToken })).status).toBe(401)
  expect((await post('/api/v1/auth/login', { email, password })).status).toBe(401)
  expect((await post('/api/v1/auth/login', { email, password: next })).status).toBe(200)
  expect((await auditTypes(organizationId)).filter((type) => type === 'user.password-reset')).toHaveLength(1)
})

test('a newer link takes the place of the last, and an expired one opens nothing', async () => {
  const { email } = await aRegistration()
  const first = await resetToken(email)
  const second = await resetToken(email, first)
  expect(second).not.toBe(first)
  expect(await codeOf(await reset(first))).toBe('expired')
  await env.DB.prepare("update one_time_tokens set expires_at = 1 where purpose = 'reset-password'").run()
  expect(await codeOf(await reset(second))).toBe('expired')
})

test('a link of another purpose does not set a password', async () => {
  const { email } = await aRegistration()
  expect(await codeOf(await reset(await mailedToken(email, 'verify-email')))).toBe('expired')
})

test('a sixth link within the hour is refused', async () => {
  for (let asked = 0; asked < 5; asked++) expect((await forgot('often@example.test')).status).toBe(202)
  expect((await forgot('often@example.test')).status).toBe(429)
})

test('the link of the first mail verifies the address, once', async () => {
  const { email, headers, organizationId } = await aRegistration()
  const token = await mailedToken(email, 'verify-email')
  expect((await post('/api/v1/auth/verify-email', { token })).status).toBe(204)
  expect((await post('/api/v1/auth/verify-email', { token })).status).toBe(409)
  expect(await (await call('/api/v1/me', { headers })).json()).toMatchObject({ emailVerified: true })
  expect(await auditTypes(organizationId)).toContain('user.email-verified')
  const before = (await mailsTo(email)).length
  expect((await post('/api/v1/auth/verify-email/send', undefined, headers)).status).toBe(202)
  expect(await mailsTo(email)).toHaveLength(before)
})

test('a mail is sealed at rest', async () => {
  const { email } = await aRegistration()
  const rows = await env.DB.prepare('select * from mails').all()
  expect(JSON.stringify(rows.results)).not.toContain(await mailedToken(email, 'verify-email'))
})

test('mails are the operator’s alone', async () => {
  const { headers } = await aRegistration()
  expect((await call('/api/v1/operator/mail')).status).toBe(401)
  expect((await call('/api/v1/operator/mail', { headers })).status).toBe(401)
})

test('a hash of the cost that it has in production, made elsewhere, opens in this runtime', async () => {
  const hash = '$scrypt$ln=14,r=8,p=5$c2FsdHNhbHRzYWx0c2FsdA$AGljjNQG5sBcUY36sdBuW1Zsx3vJgiHS-EqzU1e2B2Y'
  expect((await checkPassword('passe\u0301 passe\u0301 passe\u0301', hash)).ok).toBe(true)
  expect((await checkPassword('passe passe passe', hash)).ok).toBe(false)
})

test('signing in renews a hash of weaker parameters', async () => {
  const { email } = await aRegistration()
  const weak = '$scrypt$ln=2,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$'
  const { scryptSync } = await import('node:crypto')
  const key = scryptSync(password, Buffer.from('saltsaltsaltsalt'), 32, { N: 4, r: 8, p: 1 }).toString('base64url')
  const update = 'update passwords set hash = ? where user_id = (select id from users where email = ?)'
  await env.DB.prepare(update)
    .bind(weak + key, email)
    .run()
  expect((await post('/api/v1/auth/login', { email, password })).status).toBe(200)
  const select = 'select hash from passwords join users on users.id = user_id where email = ?'
  const row = await env.DB.prepare(select).bind(email).first<{ hash: string }>()
  expect(row?.hash).toContain(`$scrypt$ln=${passwordCost.ln},`)
})

test('a password has at least twelve characters', async () => {
  const answer = await post('/api/v1/auth/register', { email: 'short@example.test', password: 'short', name: 'A' })
  expect(await answer.json()).toMatchObject({ status: 422, errors: [{ path: 'password' }] })
})

test('who knows the password changes it, and every session but this one ends', async () => {
  const { email, headers, refreshToken, organizationId } = await aRegistration()
  const other = await (await post('/api/v1/auth/login', { email, password })).json<{ refreshToken: string }>()
  const change = (currentPassword: string, to = next) =>
    post('/api/v1/auth/change-password', { currentPassword, password: to }, headers)
  expect(await codeOf(await change('not the right password'))).toBe('invalid_credentials')
  expect((await change(password, 'too short')).status).toBe(422)
  const answers = await Promise.all([change(password), change(password)])
  expect(answers.map(({ status }) => status).sort()[0]).toBe(204)
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
  expect((await post('/api/v1/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401)
  expect((await post('/api/v1/auth/refresh', { refreshToken })).status).toBe(200)
  expect((await post('/api/v1/auth/login', { email, password })).status).toBe(401)
  expect((await post('/api/v1/auth/login', { email, password: next })).status).toBe(200)
  expect((await auditTypes(organizationId)).filter((type) => type === 'user.password-changed')).toHaveLength(1)
})

test('a machine changes no password, and nobody guesses one for long', async () => {
  const { headers } = await aRegistration()
  const body = { currentPassword: 'a guess that is wrong', password: next }
  expect((await post('/api/v1/auth/change-password', body)).status).toBe(401)
  for (let tried = 0; tried < 10; tried++) await post('/api/v1/auth/change-password', body, headers)
  expect((await post('/api/v1/auth/change-password', body, headers)).status).toBe(429)
})
