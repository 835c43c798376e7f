import { expect, test } from 'vitest'
import { CronDesk } from '../support/gateway-simulator/cron-desk.ts'
import { nextRunOf } from '../support/gateway-simulator/next-run.ts'

/** The simulator's jobs come when the gateway's would; the moments are written out, not computed. */

const at = (text: string) => Date.parse(text)
const friday = at('2026-11-20T08:30:00Z')

test('the next run of an expression is told in its time zone, over weekends and changes of the clock', () => {
  const next = (expr: string, tz?: string, from = friday) =>
    new Date(nextRunOf({ kind: 'cron', expr, ...(tz ? { tz } : {}) }, from) ?? Number.NaN).toISOString()
  expect(next('0 9 * * 1-5')).toBe('2026-11-20T09:00:00.000Z')
  expect(next('0 9 * * 1-5', 'Asia/Shanghai')).toBe('2026-11-23T01:00:00.000Z')
  expect(next('*/20 * * * * *')).toBe('2026-11-20T08:30:20.000Z')
  const winter = next('0 9 * * *', 'Europe/Berlin', at('2027-03-27T12:00:00Z'))
  expect(winter).toBe('2027-03-28T07:00:00.000Z')
  expect(next('0 9 * * *', 'Europe/Berlin', at('2027-03-26T12:00:00Z'))).toBe('2027-03-27T08:00:00.000Z')
})

test('a moment comes once, an interval again, and what is no schedule is refused', () => {
  const moment = { kind: 'at', at: '2026-11-20T09:00:00Z' }
  expect(nextRunOf(moment, friday)).toBe(at('2026-11-20T09:00:00Z'))
  expect(nextRunOf(moment, at('2026-11-20T09:00:00Z'))).toBeUndefined()
  expect(nextRunOf({ kind: 'every', everyMs: 90_000 }, friday)).toBe(friday + 90_000)
  expect(nextRunOf({ kind: 'cron', expr: '0 0 31 2 *' }, friday)).toBeUndefined()
  for (const schedule of [
    undefined,
    {},
    { kind: 'cron', expr: 'often' },
    { kind: 'cron', expr: '0 9 * * *', tz: 'Mars/Base' },
  ])
    expect(() => nextRunOf(schedule, friday)).toThrow('invalid cron schedule')
})

test('a job of the simulator tells its next run while it is enabled', () => {
  const desk = new CronDesk()
  const schedule = { kind: 'cron', expr: '0 9 * * *', tz: 'Asia/Shanghai' }
  desk.add({ name: 'digest', agentId: 'main', schedule })
  const { id = '', state } = desk.named('digest') ?? {}
  const nextRunAtMs = state?.nextRunAtMs ?? 0
  expect([new Date(nextRunAtMs).getUTCHours(), nextRunAtMs % 3_600_000]).toEqual([1, 0])
  expect(nextRunAtMs - Date.now()).toBeLessThanOrEqual(86_400_000)
  expect(desk.update(id, { enabled: false }, undefined).state.nextRunAtMs).toBeUndefined()
})
