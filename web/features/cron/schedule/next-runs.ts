import { Cron } from 'croner'
import { scheduleOf } from './shape.ts'

/** The gateway starts jobs that are due together one after the other. */
const spreadMs = 5 * 60_000

/**
 * The next moments (ms) of a schedule behind `from`, computed in the schedule's own zone, so that a change to summer time
 * moves them as it moves the clock on the wall there. `anchor`: a moment that the gateway says is next. Empty for what is
 * no schedule of time, or never comes.
 */
export const nextRuns = (
  told: Record<string, unknown>,
  from: number,
  count: number,
  anchor: number | null = null,
): number[] => {
  const schedule = scheduleOf(told)
  if (!schedule) return anchor === null ? [] : [anchor]
  if (schedule.kind === 'at') {
    const at = Date.parse(schedule.at)
    return at > from ? [at] : []
  }
  if (schedule.kind === 'every') {
    const first = anchor !== null && anchor > from ? anchor : from + schedule.everyMs
    return Array.from({ length: count }, (_, index) => first + index * schedule.everyMs)
  }
  const cron = expressionOf(schedule.expr, schedule.tz)
  const runs = cron?.nextRuns(count, new Date(from)).map((date) => date.getTime()) ?? []
  // Without a zone it is the gateway's clock: where that is another one than here, only its own word counts.
  const isElsewhere = anchor !== null && anchor > from && Math.abs((runs[0] ?? 0) - anchor) > spreadMs
  return schedule.tz === undefined && isElsewhere ? [anchor] : runs
}

/** Null for what is no expression of five or six fields, no time zone, or never comes. */
export const expressionOf = (expression: string, timeZone: string | undefined): Cron | null => {
  const fields = expression.trim().split(/\s+/).length
  if (fields !== 5 && fields !== 6) return null
  try {
    const cron = new Cron(expression, { paused: true, ...(timeZone ? { timezone: timeZone } : {}) })
    return cron.nextRun() ? cron : null
  } catch {
    return null
  }
}

export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
/** All that the browser knows by name. */
export const timeZones = (): string[] => Intl.supportedValuesOf('timeZone')
