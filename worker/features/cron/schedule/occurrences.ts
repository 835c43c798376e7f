import { Cron } from 'croner'
import { CronSchedule } from '../../connectors/link/changes/contract.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'

/** More than these in an hour are not counted on. */
const most = 120

/**
 * When a schedule is due, `first` among them, up to and without `until` (both ms): `first` is what the gateway says is
 * next. Of what is no schedule of time, such as a watched file, nothing is known but that.
 */
export const occurrences = (schedule: Tree, first: number, until: number): number[] => {
  if (first >= until) return []
  const parsed = CronSchedule.safeParse(definitionOf(schedule))
  if (!parsed.success || parsed.data.kind === 'at') return [first]
  if (parsed.data.kind === 'every') {
    const { everyMs } = parsed.data
    const count = Math.min(most, Math.ceil((until - first) / everyMs))
    return Array.from({ length: count }, (_, index) => first + index * everyMs)
  }
  const cron = cronOf(parsed.data.expr, parsed.data.tz)
  const rest = cron?.nextRuns(most, new Date(first)) ?? []
  return [first, ...rest.map((date) => date.getTime()).filter((at) => at < until)]
}

/** Null for what is no expression, or no time zone. */
export const cronOf = (expression: string, timeZone: string | undefined): Cron | null => {
  try {
    const cron = new Cron(expression, { paused: true, ...(timeZone ? { timezone: timeZone } : {}) })
    cron.nextRun()
    return cron
  } catch {
    return null
  }
}

/** Without what the gateway adds for itself, such as where an interval is anchored. */
const definitionOf = ({ kind, expr, tz, everyMs, at }: Tree): Tree =>
  Object.fromEntries(Object.entries({ kind, expr, tz, everyMs, at }).filter(([, value]) => value !== undefined))
