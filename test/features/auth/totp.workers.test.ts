import { env } from 'cloudflare:test'
import { Secret, TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { RecoveryCodes, TotpEnrolment } from '../../../worker/features/auth/contract.ts'
import { aRegistration, password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { codeOf, post } from '../../support/call.ts'

const codeAt = (secret: string, stepsAhead = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsAhead * 30_000 })

const aSecondFactor = async () => {
  const person = await aRegistration()
  const { secret } = TotpEnrolment.parse(
    await (await post('/api/v1/auth/totp/enroll', undefined, person.headers)).json(),
  )
  const confirmed = await post('/api/v1/auth/totp/confirm', { code: codeAt(secret) }, person.headers)
  return { ...person, secret, ...RecoveryCodes.parse(await confirmed.json()) }
}
const login = (email: string, code?: string) => post('/api/v1/auth/login', { email, password, ...(code && { code }) })

test('a second factor counts once its first code is confirmed', async () => {
  const { email, headers } = await aRegistration()
  await post('/api/v1/auth/totp/enroll', undefined, headers)
  expect((await login(email)).status).toBe(200)
  expect(await codeOf(await post('/api/v1/auth/totp/confirm', { code: '000000' }, headers))).toBe('invalid_code')
})

test('a code is asked for, works once, and so does no older one', async () => {
  const { email, secret, organizationId } = await aSecondFactor()
  expect(await codeOf(await login(email))).toBe('totp_required')
  const ahead = codeAt(secret, 1)
  const answers = await Promise.all([login(email, ahead), login(email, ahead)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  expect(await codeOf(await login(email, codeAt(secret)))).toBe('invalid_code')
  expect(await auditTypes(organizationId)).toContain('user.totp-enabled')
})

test('each of ten recovery codes opens the account once', async () => {
  const { email, recoveryCodes } = await aSecondFactor()
  expect(new Set(recoveryCodes).size).toBe(10)
  const [code = ''] = recoveryCodes
  expect((await login(email, code.toUpperCase())).status).toBe(200)
  expect(await codeOf(await login(email, code))).toBe('invalid_code')
  const rows = JSON.stringify((await env.DB.prepare('select * from recovery_codes').all()).results)
  expect(rows).not.toContain(recoveryCodes[1])
})

test('a recovery code of somebody else opens nothing', async () => {
  const mine = await aSecondFactor()
  const other = await aSecondFactor()
  expect(await codeOf(await login(mine.email, other.recoveryCodes[0]))).toBe('invalid_code')
})

test('turning it off asks for password and code, and afterwards the password is enough', async () => {
  const { email, headers, secret, organizationId } = await aSecondFactor()
  const off = (body: object) => post('/api/v1/auth/totp/disable', body, headers)
  expect(await codeOf(await off({ password: 'wrong', code: codeAt(secret) }))).toBe('invalid_credentials')
  expect(await codeOf(await off({ password, code: '000000' }))).toBe('invalid_code')
  expect((await off({ password, code: codeAt(secret, 1) })).status).toBe(204)
  expect(await auditTypes(organizationId)).toContain('user.totp-disabled')
  expect((await login(email)).status).toBe(200)
  expect(await codeOf(await off({ password, code: '000000' }))).toBe('conflict')
})

test('a confirmed second factor is not replaced by a new enrolment', async () => {
  const { headers } = await aSecondFactor()
  expect(await codeOf(await post('/api/v1/auth/totp/enroll', undefined, headers))).toBe('conflict')
})

test('the secret is sealed at rest', async () => {
  const { secret } = await aSecondFactor()
  const rows = JSON.stringify((await env.DB.prepare('select * from totps').all()).results)
  expect(rows).not.toContain(secret)
})
