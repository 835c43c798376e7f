import { expect, test } from 'vitest'
import { checkPassword, hashPassword } from '../../../worker/features/auth/passwords/hash.ts'

// With the real cost, which the tests in workerd do without.
test('a hash opens by its password in every spelling of its characters, and asks to be renewed when it is weak', async () => {
  const hash = await hashPassword('pass\u00e9 pass\u00e9 pass\u00e9')
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w-]{22}\$[\w-]{43}$/)
  expect(await checkPassword('passe\u0301 passe\u0301 passe\u0301', hash)).toEqual({ ok: true, outdated: false })
  expect((await checkPassword('wrong', hash)).ok).toBe(false)
  expect((await checkPassword('A', null)).ok).toBe(false)
})
