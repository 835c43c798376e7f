import { expect, test } from 'vitest'
import { nextDaily } from '../../../worker/features/artifacts/schedules/next.ts'
import { keptBy } from '../../../worker/features/artifacts/schedules/rules.ts'

const hourMs = 3_600_000
/** One each day at 03:30 UTC, the newest first, named by its day. */
const backups = (days: number, from = '2026-11-21') =>
  Array.from({ length: days }, (_, index) => {
    const at = Date.parse(`${from}T03:30:00Z`) - index * 24 * hourMs
    return { id: new Date(at).toISOString().slice(0, 10), at }
  })
const rules = { keepDaily: 0, keepWeekly: 0, keepMonthly: 0, timeZone: 'UTC' }

test('the newest of each of the last days, weeks and months stays', () => {
  const all = backups(100)
  expect([...keptBy({ ...rules, keepDaily: 3 }, all)]).toEqual(['2026-11-21', '2026-11-20', '2026-11-19'])
  // Weeks begin on Monday: the newest of each is its Sunday.
  expect([...keptBy({ ...rules, keepWeekly: 3 }, all)]).toEqual(['2026-11-21', '2026-11-15', '2026-11-08'])
  expect([...keptBy({ ...rules, keepMonthly: 3 }, all)]).toEqual(['2026-11-21', '2026-10-31', '2026-09-30'])
  expect(keptBy({ ...rules, keepDaily: 7, keepWeekly: 4, keepMonthly: 6 }, all).size).toBe(7 + 2 + 3)
})

test('the newest stays without any rule, days without a backup use up none, and few are all kept', () => {
  expect([...keptBy(rules, backups(5))]).toEqual(['2026-11-21'])
  expect(keptBy(rules, []).size).toBe(0)
  const gaps = [...backups(1), ...backups(2, '2026-06-02')]
  expect(keptBy({ ...rules, keepDaily: 3 }, gaps).size).toBe(3)
})

test('a day is a day where the schedule is', () => {
  const [late, early] = [Date.parse('2026-11-20T17:00:00Z'), Date.parse('2026-11-20T15:00:00Z')]
  const both = [
    { id: 'late', at: late },
    { id: 'early', at: early },
  ]
  expect(keptBy({ ...rules, keepDaily: 9 }, both).size).toBe(1)
  expect(keptBy({ ...rules, keepDaily: 9, timeZone: 'Asia/Shanghai' }, both).size).toBe(2)
})

test('once a day at the time of the place, also where the clocks change', () => {
  const berlin = { at: '02:30', timeZone: 'Europe/Berlin' }
  const spring = nextDaily(berlin, Date.parse('2026-03-28T02:00:00Z'))
  const behind = nextDaily(berlin, spring)
  expect(new Date(spring).toISOString().slice(0, 10)).toBe('2026-03-29')
  expect(new Date(behind).toISOString()).toBe('2026-03-30T00:30:00.000Z')
  const autumn = nextDaily(berlin, Date.parse('2026-10-24T12:00:00Z'))
  const second = nextDaily(berlin, autumn)
  expect(second - autumn).toBeGreaterThan(20 * hourMs)
  expect(
    new Date(nextDaily({ at: '03:30', timeZone: 'Asia/Shanghai' }, Date.parse('2026-11-21T00:00:00Z'))).toISOString(),
  ).toBe('2026-11-21T19:30:00.000Z')
})
