import { expect, test } from 'vitest'
import { clearRate, perAccount, perAddress, takeRate } from '../../../worker/features/rate-limits/index.ts'
import { AppError } from '../../../worker/platform/errors.ts'
import { anOrganization } from '../../support/organizations.ts'

const codeOf = async (taking: Promise<void>) =>
  taking.then(() => 'ok').catch((error: unknown) => (error instanceof AppError ? error.code : error))

test('tries at the same time are all counted', async () => {
  const { ctx } = await anOrganization()
  const limits = [perAccount('probe', 'ada', 10, 15), perAddress(ctx, 'probe', 300, 15)]
  const outcomes = await Promise.all(Array.from({ length: 14 }, () => codeOf(takeRate(ctx, limits))))
  expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(10)
  expect(outcomes.filter((outcome) => outcome === 'rate_limited')).toHaveLength(4)
})

test('one account’s tries are not another’s, and a new window begins when the last has ended', async () => {
  const { ctx } = await anOrganization()
  const limit = perAccount('probe', 'grace', 1, 15)
  expect(await codeOf(takeRate(ctx, [limit]))).toBe('ok')
  expect(await codeOf(takeRate(ctx, [limit]))).toBe('rate_limited')
  expect(await codeOf(takeRate(ctx, [perAccount('probe', 'linus', 1, 15)]))).toBe('ok')
  const later = { ...ctx, now: () => new Date(Date.now() + 15 * 60_000 + 1) }
  expect(await codeOf(takeRate(later, [limit]))).toBe('ok')
  expect(await codeOf(takeRate(later, [limit]))).toBe('rate_limited')
})

test('each address has its own tries, and callers without one share theirs', async () => {
  const { ctx } = await anOrganization()
  const from = (ipAddress: string) => takeRate(ctx, [perAddress({ ...ctx, ipAddress }, 'where', 1, 15)])
  expect(await codeOf(from('192.0.2.1'))).toBe('ok')
  expect(await codeOf(from('192.0.2.1'))).toBe('rate_limited')
  expect(await codeOf(from('192.0.2.2'))).toBe('ok')
  expect(await codeOf(from(''))).toBe('ok')
  expect(await codeOf(from(''))).toBe('rate_limited')
})

test('what is cleared begins anew', async () => {
  const { ctx } = await anOrganization()
  const limit = perAccount('probe', 'alan', 1, 15)
  await takeRate(ctx, [limit])
  await clearRate(ctx, [limit])
  expect(await codeOf(takeRate(ctx, [limit]))).toBe('ok')
})
