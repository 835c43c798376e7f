import { expect, test } from 'vitest'
import { faultsOf, formOf, newForm, scheduleFrom } from '../../../web/features/cron/editor/form.ts'
import { nextRuns } from '../../../web/features/cron/schedule/next-runs.ts'
import { shapeOf, shapeOfExpression } from '../../../web/features/cron/schedule/shape.ts'
import type { CronJobView } from '../../../worker/features/cron/contract.ts'
import { occurrences } from '../../../worker/features/cron/schedule/occurrences.ts'

const minute = 60_000
const hour = 60 * minute
const at = (moment: string) => Date.parse(moment)
const iso = (moments: number[]) => moments.map((moment) => new Date(moment).toISOString().slice(0, 16))

test.each([
  ['* * * * *', { kind: 'interval', unit: 'minute', count: 1 }],
  ['*/15 * * * *', { kind: 'interval', unit: 'minute', count: 15 }],
  ['30 * * * *', { kind: 'hourly', minute: 30 }],
  ['0 */6 * * *', { kind: 'hours', count: 6, minute: 0 }],
  ['5 */1 * * *', { kind: 'hourly', minute: 5 }],
  ['0 9 * * *', { kind: 'daily', time: '09:00' }],
  ['30 8 * * 1-5', { kind: 'workdays', time: '08:30' }],
  ['30 8 * * MON-FRI', { kind: 'workdays', time: '08:30' }],
  ['0 18 * * 5,1', { kind: 'weekly', days: [1, 5], time: '18:00' }],
  ['0 18 * * 6-7', { kind: 'weekly', days: [6, 0], time: '18:00' }],
  ['0 0 1 * *', { kind: 'monthly', day: 1, time: '00:00' }],
] as const)('%s has a sentence', (expression, shape) => {
  expect(shapeOfExpression(expression)).toEqual(shape)
})

test.each([
  '*/7 * * * *',
  '0 0 1 1 *',
  '0 9 1 * 1',
  '0 9-17 * * *',
  '0 0 9 * * *',
  '0 9 * * 8',
  '0 9 L * *',
  'nonsense',
])('%s speaks for itself', (expression) => {
  expect(shapeOfExpression(expression)).toEqual({ kind: 'other' })
})

test('intervals and moments have a sentence, also with what the gateway adds to them', () => {
  expect(shapeOf({ kind: 'every', everyMs: 90 * minute, anchorMs: 5 })).toEqual({
    kind: 'interval',
    unit: 'minute',
    count: 90,
  })
  expect(shapeOf({ kind: 'every', everyMs: 48 * hour })).toEqual({ kind: 'interval', unit: 'day', count: 2 })
  expect(shapeOf({ kind: 'at', at: '2030-01-01T00:00:00Z' })).toMatchObject({ kind: 'once' })
  expect(shapeOf({ kind: 'on-exit', path: '/tmp' })).toEqual({ kind: 'other' })
})

test('a job at nine on the wall stays at nine when the clocks change', () => {
  const daily = { kind: 'cron', expr: '0 9 * * *', tz: 'Europe/Berlin' }
  // The 29th of March 2026 has no 02:30 there, the 25th of October has it twice.
  expect(iso(nextRuns(daily, at('2026-03-28T00:00:00Z'), 3))).toEqual([
    '2026-03-28T08:00',
    '2026-03-29T07:00',
    '2026-03-30T07:00',
  ])
  expect(iso(nextRuns(daily, at('2026-10-24T00:00:00Z'), 3))).toEqual([
    '2026-10-24T07:00',
    '2026-10-25T08:00',
    '2026-10-26T08:00',
  ])
  const night = { kind: 'cron', expr: '30 2 * * *', tz: 'Europe/Berlin' }
  const spring = nextRuns(night, at('2026-03-28T12:00:00Z'), 2)
  expect(iso(spring.slice(1))).toEqual(['2026-03-30T00:30'])
  // Twice on the clock is once as a run.
  expect(iso(nextRuns(night, at('2026-10-24T12:00:00Z'), 2))[1]).toBe('2026-10-26T01:30')
  expect(iso(nextRuns({ ...daily, tz: 'Asia/Shanghai' }, at('2026-03-28T00:00:00Z'), 1))).toEqual(['2026-03-28T01:00'])
})

test('intervals go on from what the gateway says is next; what never comes has no next run', () => {
  const now = at('2026-05-01T10:00:00Z')
  const hourly = { kind: 'every', everyMs: hour }
  expect(iso(nextRuns(hourly, now, 2, now + 10 * minute))).toEqual(['2026-05-01T10:10', '2026-05-01T11:10'])
  expect(iso(nextRuns(hourly, now, 1))).toEqual(['2026-05-01T11:00'])
  // Without a zone, and due when no clock here would say so: only the gateway's own word is shown.
  expect(iso(nextRuns({ kind: 'cron', expr: '0 9 1 1 *' }, now, 3, now + hour))).toEqual(['2026-05-01T11:00'])
  expect(nextRuns({ kind: 'at', at: '2020-01-01T00:00:00Z' }, now, 5)).toEqual([])
  expect(nextRuns({ kind: 'cron', expr: '0 0 31 2 *' }, now, 5)).toEqual([])
  expect(nextRuns({ kind: 'cron', expr: 'nonsense' }, now, 5)).toEqual([])
})

test('the runs of the next hour are counted with the one that the gateway says', () => {
  const now = at('2026-05-01T10:00:00Z')
  const within = (schedule: Record<string, unknown>, first: number) => occurrences(schedule, first, now + hour).length
  expect(within({ kind: 'every', everyMs: 10 * minute, anchorMs: 1 }, now + 5 * minute)).toBe(6)
  expect(within({ kind: 'cron', expr: '*/15 * * * *' }, now + 15 * minute)).toBe(3)
  expect(within({ kind: 'at', at: '2026-05-01T10:30:00Z' }, now + 30 * minute)).toBe(1)
  expect(within({ kind: 'on-exit' }, now + 2 * hour)).toBe(0)
})

test('the form of a job says the same schedule again, and finds what no gateway would take', () => {
  const now = at('2026-05-01T10:00:00Z')
  const again = (schedule: CronJobView['schedule']) => {
    const form = formOf({ agentId: 'agt_1', name: 'Job', message: 'Hi.', schedule })
    return [faultsOf(form, now), scheduleFrom(form)]
  }
  for (const schedule of [
    { kind: 'cron', expr: '0 9 * * *', tz: 'Asia/Shanghai' },
    { kind: 'cron', expr: '0 9 * * *' },
    { kind: 'every', everyMs: 36 * hour },
    { kind: 'at', at: '2026-06-01T10:30:00.000Z' },
  ])
    expect(again(schedule)).toEqual([[], schedule])
  const form = { ...newForm(''), expr: '0 25 * * *', tz: 'Mars/Base' }
  expect(faultsOf(form, now)).toEqual(['agent', 'name', 'message', 'tz', 'expr'])
  const fit = { ...form, agentId: 'agt_1', name: 'x', message: 'x' }
  expect(faultsOf({ ...fit, kind: 'every', count: '0' }, now)).toEqual(['count'])
  expect(faultsOf({ ...fit, kind: 'every', count: '400', unit: 'day' }, now)).toEqual(['count'])
  expect(faultsOf({ ...fit, kind: 'at', at: '2020-01-01T00:00' }, now)).toEqual(['at'])
  expect(faultsOf({ ...fit, kind: 'at', at: '' }, now)).toEqual(['at'])
})
