import { Cron } from 'croner'
import { isTree } from './merge.ts'
import { Refusal } from './protocol.ts'

/**
 * When a schedule comes next after `from`, both in ms: an expression in its time zone, UTC without one; a moment once;
 * an interval counted from `from`. Undefined for what never comes again. Throws `Refusal` for what is no schedule.
 */
export const nextRunOf = (schedule: unknown, from: number): number | undefined => {
  if (!isTree(schedule)) throw unfit('a job needs a schedule')
  const { kind, everyMs, at, expr, tz = 'UTC' } = schedule
  if (kind === 'every' && typeof everyMs === 'number') return from + everyMs
  if (kind === 'at' && typeof at === 'string') return Date.parse(at) > from ? Date.parse(at) : undefined
  if (kind === 'cron' && typeof expr === 'string' && typeof tz === 'string') return nextOf(expr, tz, from)
  throw unfit('a schedule is cron, every or at')
}

const nextOf = (expr: string, timezone: string, from: number): number | undefined => {
  try {
    return new Cron(expr, { paused: true, timezone }).nextRun(new Date(from))?.getTime()
  } catch {
    throw unfit(`${expr} in ${timezone} is no expression`)
  }
}

const unfit = (why: string) => new Refusal('INVALID_REQUEST', `invalid cron schedule: ${why}`)
