import { expect, test } from 'vitest'
import { periodOf } from '../../../worker/features/budgets/period.ts'

/** By Python's zoneinfo: a moment, and where its period begins and ends. Summer time also where it takes midnight away. */
const judged = [
  ['day', 'Europe/Berlin', '2026-03-29T10:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  ['day', 'Europe/Berlin', '2026-10-25T22:30Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
  ['week', 'Europe/Berlin', '2026-03-29T21:59Z', '2026-03-22T23:00Z', '2026-03-29T22:00Z'],
  ['week', 'Europe/Berlin', '2026-03-29T22:00Z', '2026-03-29T22:00Z', '2026-04-05T22:00Z'],
  ['month', 'America/New_York', '2026-11-01T03:59Z', '2026-10-01T04:00Z', '2026-11-01T04:00Z'],
  ['month', 'America/New_York', '2026-11-01T04:00Z', '2026-11-01T04:00Z', '2026-12-01T05:00Z'],
  ['day', 'Africa/Cairo', '2026-04-24T05:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
  ['day', 'Africa/Cairo', '2026-04-23T21:59Z', '2026-04-22T22:00Z', '2026-04-23T22:00Z'],
  ['day', 'Africa/Cairo', '2026-10-29T20:30Z', '2026-10-28T21:00Z', '2026-10-29T22:00Z'],
  ['day', 'America/Santiago', '2026-09-06T05:00Z', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  ['day', 'America/Santiago', '2026-04-05T03:30Z', '2026-04-04T03:00Z', '2026-04-05T04:00Z'],
  ['day', 'Asia/Beirut', '2026-03-29T00:10Z', '2026-03-28T22:00Z', '2026-03-29T21:00Z'],
  ['day', 'Australia/Lord_Howe', '2026-10-03T15:40Z', '2026-10-03T13:30Z', '2026-10-04T13:00Z'],
  ['day', 'Pacific/Apia', '2011-12-30T11:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
  ['day', 'Asia/Kathmandu', '2026-06-01T18:14Z', '2026-05-31T18:15Z', '2026-06-01T18:15Z'],
  ['day', 'Asia/Kathmandu', '2026-06-01T18:15Z', '2026-06-01T18:15Z', '2026-06-02T18:15Z'],
  ['month', 'Pacific/Kiritimati', '2026-01-31T09:59Z', '2025-12-31T10:00Z', '2026-01-31T10:00Z'],
  ['month', 'Pacific/Kiritimati', '2026-01-31T10:00Z', '2026-01-31T10:00Z', '2026-02-28T10:00Z'],
  ['month', 'UTC', '2028-02-29T23:59Z', '2028-02-01T00:00Z', '2028-03-01T00:00Z'],
  ['week', 'UTC', '2027-01-03T23:59Z', '2026-12-28T00:00Z', '2027-01-04T00:00Z'],
  ['week', 'UTC', '2027-01-04T00:00Z', '2027-01-04T00:00Z', '2027-01-11T00:00Z'],
  ['day', 'America/Havana', '2026-03-08T05:30Z', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
  ['day', 'America/Havana', '2026-11-01T04:30Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ['day', 'America/Asuncion', '2023-10-01T04:00Z', '2023-10-01T04:00Z', '2023-10-02T03:00Z'],
  ['day', 'Asia/Shanghai', '2025-04-16T14:46Z', '2025-04-15T16:00Z', '2025-04-16T16:00Z'],
  ['month', 'America/Sao_Paulo', '2025-07-29T00:04Z', '2025-07-01T03:00Z', '2025-08-01T03:00Z'],
  ['day', 'America/St_Johns', '2024-03-11T07:43Z', '2024-03-11T02:30Z', '2024-03-12T02:30Z'],
  ['month', 'Asia/Tehran', '2025-06-16T13:45Z', '2025-05-31T20:30Z', '2025-06-30T20:30Z'],
  ['month', 'Africa/Casablanca', '2024-03-25T11:12Z', '2024-02-29T23:00Z', '2024-04-01T00:00Z'],
  ['day', 'Pacific/Chatham', '2024-11-08T16:14Z', '2024-11-08T10:15Z', '2024-11-09T10:15Z'],
  ['week', 'America/Anchorage', '2024-05-05T04:04Z', '2024-04-29T08:00Z', '2024-05-06T08:00Z'],
  ['week', 'Asia/Shanghai', '2026-03-13T12:29Z', '2026-03-08T16:00Z', '2026-03-15T16:00Z'],
  ['month', 'Europe/London', '2026-07-07T09:58Z', '2026-06-30T23:00Z', '2026-07-31T23:00Z'],
] as const

test.each(judged)('%s in %s at %s', (period, timeZone, at, start, end) => {
  expect(periodOf(period, timeZone, Date.parse(at))).toEqual({ start: Date.parse(start), end: Date.parse(end) })
})

test('periods follow one another without a gap, whatever the clocks do', () => {
  for (const [period, timeZone] of judged) {
    let { start, end } = periodOf(period, timeZone, Date.parse('2026-01-15T12:00:00Z'))
    for (let count = 0; count < 40; count++) {
      expect(periodOf(period, timeZone, end - 1)).toEqual({ start, end })
      const next = periodOf(period, timeZone, end)
      expect(next.start).toBe(end)
      ;({ start, end } = next)
    }
  }
})
