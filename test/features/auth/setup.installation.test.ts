import { env } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { testSecrets } from '../../support/test-secrets.ts'

const setUp = (email: string, token: string = testSecrets.SETUP_TOKEN) =>
  post('/api/v1/auth/setup', { token, email, password, name: 'First', organizationName: 'Works' })
const setupRequired = async () =>
  (await (await call('/api/v1/auth/methods')).json<{ setupRequired: boolean }>()).setupRequired

afterEach(async () => {
  const tables = ['sessions', 'passwords', 'one_time_tokens', 'members', 'organizations', 'users']
  await env.DB.batch(tables.map((table) => env.DB.prepare(`delete from ${table}`)))
})

test('the first person is the owner of the first organization, and setup is over', async () => {
  expect(await setupRequired()).toBe(true)
  const answer = await setUp('first@example.test')
  expect(answer.status).toBe(201)
  expect(await setupRequired()).toBe(false)
  expect(await codeOf(await setUp('second@example.test'))).toBe('registration_closed')
  const { organizationId } = await answer.json<{ organizationId: string }>()
  expect(await auditTypes(organizationId)).toEqual(['user.registered', 'organization.created', 'member.joined'])
})

test('of two who set up at once, one is let in and the other leaves no trace', async () => {
  const answers = await Promise.all([setUp('one@example.test'), setUp('two@example.test')])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403])
  for (const table of ['users', 'organizations', 'members', 'passwords', 'sessions']) {
    const row = await env.DB.prepare(`select count(*) n from ${table}`).first<{ n: number }>()
    expect(row?.n, table).toBe(1)
  }
})

test('a wrong token opens nothing, and until setup nobody registers', async () => {
  expect(await codeOf(await setUp('first@example.test', 'not-the-token'))).toBe('registration_closed')
  const registered = await post('/api/v1/auth/register', { email: 'a@example.test', password, name: 'A' })
  expect(await codeOf(registered)).toBe('registration_closed')
  expect(await setupRequired()).toBe(true)
})
