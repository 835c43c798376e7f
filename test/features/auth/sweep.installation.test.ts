import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { sweepIdentity } from '../../../worker/features/auth/index.ts'
import { post } from '../../support/call.ts'
import { anOrganization } from '../../support/organizations.ts'

const countOf = async (table: string) =>
  (await env.DB.prepare(`select count(*) n from ${table}`).first<{ n: number }>())?.n

test('what has expired goes, what lives stays, and sweeping twice is fine', async () => {
  const { ctx, userId } = await anOrganization()
  await post('/api/v1/auth/device/code', {})
  await post('/api/v1/auth/passkeys/login/options')
  const later = { ...ctx, now: () => new Date(Date.now() + 60 * 60_000) }
  await sweepIdentity(ctx)
  expect([await countOf('device_codes'), await countOf('webauthn_challenges')]).toEqual([1, 1])
  await sweepIdentity(later)
  await sweepIdentity(later)
  for (const table of ['device_codes', 'webauthn_challenges', 'rate_limits']) expect(await countOf(table)).toBe(0)
  expect(await countOf('sessions')).toBe(1)
  await env.DB.prepare('update sessions set expires_at = 1 where user_id = ?').bind(userId).run()
  await sweepIdentity(ctx)
  expect(await countOf('sessions')).toBe(0)
})
