import { expect, test } from 'vitest'
import { backoffMs, toldOf } from '../../../worker/features/approvals/callback/rules.ts'

const waits = (random: number) => Array.from({ length: 20 }, (_, index) => backoffMs(index + 1, random))

test('a callback is tried for about a day, at first often, and then given up', () => {
  const middle = waits(0.5).filter((wait) => wait !== null)
  expect(middle).toHaveLength(15)
  expect(middle.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000])
  expect(Math.max(...middle)).toBe(6 * 3_600_000)
  const hours = middle.reduce((sum, wait) => sum + wait, 0) / 3_600_000
  expect(hours).toBeGreaterThan(20)
  expect(hours).toBeLessThan(36)
})

test('those that failed at the same moment are spread', () => {
  expect([waits(0)[0], waits(1)[0]]).toEqual([2_500, 7_500])
})

test('what is told is the end, and stays told the same whatever the requester does with it', () => {
  expect((['pending', 'decided', 'delivered', 'confirmed', 'expired', 'undeliverable'] as const).map(toldOf)).toEqual([
    null,
    'decided',
    'decided',
    'decided',
    'expired',
    'undeliverable',
  ])
})
