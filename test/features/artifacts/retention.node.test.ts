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

/** The ids that are kept, of backups named by their moments. */
const keptOf = (rule: Partial<typeof rules>, ...moments: string[]) => {
  const made = moments.map((id) => ({ id, at: Date.parse(id) })).sort((a, b) => b.at - a.at)
  return [...keptBy({ ...rules, ...rule }, made)].sort()
}

test('a month ends where the schedule is, also in February of a leap year and at the turn of the year', () => {
  // In Kiritimati, 14 hours ahead, both of a pair are of the later month already.
  const kiritimati = { keepMonthly: 9, timeZone: 'Pacific/Kiritimati' }
  expect(keptOf(kiritimati, '2028-02-29T11:00:00Z', '2028-03-31T09:59:00Z')).toHaveLength(1)
  expect(keptOf(kiritimati, '2028-02-29T09:59:00Z', '2028-03-31T09:59:00Z')).toHaveLength(2)
  expect(keptOf({ keepMonthly: 9 }, '2027-12-31T23:59:59Z', '2028-01-01T00:00:00Z')).toHaveLength(2)
  // Same month of another year is another month.
  expect(keptOf({ keepMonthly: 9 }, '2027-02-28T03:30:00Z', '2028-02-28T03:30:00Z')).toHaveLength(2)
  expect(keptOf({ keepMonthly: 1 }, '2028-02-28T03:30:00Z', '2028-02-29T03:30:00Z')).toEqual(['2028-02-29T03:30:00Z'])
})

test('a week runs from Monday to Sunday, over the turn of the year and over a day of 23 or 25 hours', () => {
  // 2026-12-28 is a Monday, 2027-01-03 its Sunday.
  expect(keptOf({ keepWeekly: 9 }, '2026-12-28T03:30:00Z', '2027-01-03T03:30:00Z')).toEqual(['2027-01-03T03:30:00Z'])
  expect(keptOf({ keepWeekly: 9 }, '2027-01-03T23:59:00Z', '2027-01-04T00:00:00Z')).toHaveLength(2)
  const berlin = { keepWeekly: 9, timeZone: 'Europe/Berlin' }
  // Clocks go forward on Sunday 2026-03-29 and back on Sunday 2026-10-25; both Sundays end their week.
  expect(keptOf(berlin, '2026-03-29T21:59:00Z', '2026-03-29T22:00:00Z')).toHaveLength(2)
  expect(keptOf(berlin, '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z')).toHaveLength(2)
})

test('a day of 25 hours is one day, and two backups in the hour that comes twice use up one', () => {
  const berlin = { keepDaily: 9, timeZone: 'Europe/Berlin' }
  // 02:30 comes at 00:30 and at 01:30 UTC.
  expect(keptOf(berlin, '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z')).toEqual(['2026-10-25T01:30:00Z'])
  expect(keptOf(berlin, '2026-10-24T22:00:00Z', '2026-10-25T22:59:00Z')).toEqual(['2026-10-25T22:59:00Z'])
  expect(keptOf(berlin, '2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:00:00Z')).toHaveLength(2)
})

test('over a year each day has one time, none twice and none left out, wherever the clocks change', () => {
  // In Santiago the hour that is left out begins at midnight; in Lord Howe clocks change by half an hour.
  for (const timeZone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago'])
    for (const at of ['00:00', '02:15']) {
      const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone })
      const days: string[] = []
      let moment = Date.parse('2026-01-01T12:00:00Z')
      while (days.length < 370) {
        moment = nextDaily({ at, timeZone }, moment)
        days.push(dayOf.format(moment))
      }
      const first = Date.parse(`${days[0]}T00:00:00Z`)
      const wanted = days.map((_, index) => new Date(first + index * 24 * hourMs).toISOString().slice(0, 10))
      expect([timeZone, at, days.findIndex((day, index) => day !== wanted[index])]).toEqual([timeZone, at, -1])
    }
})
