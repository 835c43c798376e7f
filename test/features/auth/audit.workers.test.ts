import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { aRegistration, password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'

test('a failed sign-in stands in the audit of the person’s organization, without what was typed', async () => {
  const { email, organizationId } = await aRegistration()
  await post('/api/v1/auth/login', { email, password: 'typed in the wrong window' })
  await expect.poll(() => auditTypes(organizationId)).toContain('user.sign-in-failed')
  await checkAuditLog(organizationId, ['typed in the wrong window', password])
})

test('a session’s life is told from its beginning to its end, and holds no token', async () => {
  const { email, organizationId, refreshToken, accessToken, headers } = await aRegistration()
  await post('/api/v1/auth/login', { email, password })
  await call('/api/v1/auth/sessions', { method: 'DELETE', headers })
  await post('/api/v1/auth/logout', { refreshToken })
  await post('/api/v1/auth/logout', { refreshToken })
  const entries = await checkAuditLog(organizationId, [refreshToken, accessToken, password])
  expect(entries.map(({ type }) => type)).toEqual([
    'user.registered',
    'organization.created',
    'member.joined',
    'user.signed-in',
    'session.revoked',
    'user.signed-out',
  ])
})

test('no table holds a token or a password as it was given', async () => {
  const { refreshToken, accessToken } = await aRegistration()
  for (const table of ['sessions', 'passwords', 'users', 'one_time_tokens', 'mails', 'audit_outbox']) {
    const rows = JSON.stringify((await env.DB.prepare(`select * from ${table}`).all()).results)
    for (const secret of [refreshToken.slice(31), accessToken, password]) expect(rows, table).not.toContain(secret)
  }
})

test('the OpenAPI document names every path of identity', async () => {
  const { paths } = await (await call('/api/openapi.json')).json<{ paths: Record<string, object> }>()
  for (const path of [
    'auth/login',
    'auth/device/token',
    'auth/oauth/{provider}/start',
    'organizations/members',
    'api-keys',
    'me',
  ])
    expect(paths).toHaveProperty([`/api/v1/${path}`])
})
