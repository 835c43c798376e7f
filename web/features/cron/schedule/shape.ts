import { CronSchedule } from '../../../../worker/features/connectors/link/changes/contract.ts'

/** What a schedule means in a sentence; `other` is what has no simple one, and its expression speaks for itself. */
export type Shape =
  | { kind: 'interval'; unit: 'minute' | 'hour' | 'day'; count: number }
  | { kind: 'hourly'; minute: number }
  | { kind: 'hours'; count: number; minute: number }
  | { kind: 'daily'; time: string }
  | { kind: 'workdays'; time: string }
  | { kind: 'weekly'; days: number[]; time: string }
  | { kind: 'monthly'; day: number; time: string }
  | { kind: 'once'; at: string }
  | { kind: 'other' }

/** As the gateway tells it, with what it adds for itself. */
type Told = Record<string, unknown>

/** The schedule without what the gateway adds for itself; null for what is no schedule of time. */
export const scheduleOf = ({ kind, expr, tz, everyMs, at }: Told): CronScheduleValue | null => {
  const held = Object.entries({ kind, expr, tz, everyMs, at }).filter(([, value]) => value !== undefined)
  const parsed = CronSchedule.safeParse(Object.fromEntries(held))
  return parsed.success ? parsed.data : null
}
export type CronScheduleValue = ReturnType<(typeof CronSchedule)['parse']>

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const shapeOf = (told: Told): Shape => {
  const schedule = scheduleOf(told)
  if (!schedule) return { kind: 'other' }
  if (schedule.kind === 'at') return { kind: 'once', at: schedule.at }
  if (schedule.kind === 'cron') return shapeOfExpression(schedule.expr)
  const { everyMs } = schedule
  if (everyMs % dayMs === 0) return { kind: 'interval', unit: 'day', count: everyMs / dayMs }
  if (everyMs % hourMs === 0) return { kind: 'interval', unit: 'hour', count: everyMs / hourMs }
  return { kind: 'interval', unit: 'minute', count: Math.max(1, Math.round(everyMs / minuteMs)) }
}

export const shapeOfExpression = (expression: string): Shape => {
  const fields = expression.trim().split(/\s+/)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  if (fields.length !== 5 || month !== '*') return { kind: 'other' }
  const everyDay = day === '*' && weekday === '*'
  const step = stepOf(minute)
  if (everyDay && hour === '*' && step !== null) return { kind: 'interval', unit: 'minute', count: step }
  const at = numberUpTo(minute, 59)
  if (at === null) return { kind: 'other' }
  if (everyDay && hour === '*') return { kind: 'hourly', minute: at }
  const hours = hour.startsWith('*/') ? stepOf(hour) : null
  if (everyDay && hours !== null)
    return hours === 1 ? { kind: 'hourly', minute: at } : { kind: 'hours', count: hours, minute: at }
  const h = numberUpTo(hour, 23)
  if (h === null) return { kind: 'other' }
  const time = `${String(h).padStart(2, '0')}:${String(at).padStart(2, '0')}`
  if (everyDay) return { kind: 'daily', time }
  const date = numberUpTo(day, 31)
  if (weekday === '*' && date !== null && date > 0) return { kind: 'monthly', day: date, time }
  const days = day === '*' ? daysOf(weekday) : null
  if (days === null) return { kind: 'other' }
  return days.join() === '1,2,3,4,5' ? { kind: 'workdays', time } : { kind: 'weekly', days, time }
}

const stepOf = (field: string): number | null => {
  if (field === '*') return 1
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1]
  // A step that does not divide its hour begins anew with each: no sentence of an interval would be true.
  return step !== undefined && Number(step) > 0 && 60 % Number(step) === 0 ? Number(step) : null
}

const numberUpTo = (field: string, most: number): number | null =>
  /^\d{1,2}$/.test(field) && Number(field) <= most ? Number(field) : null

const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const dayOf = (text: string): number => {
  const name = names.indexOf(text.toUpperCase())
  return name >= 0 ? name : /^[0-7]$/.test(text) ? Number(text) % 7 : Number.NaN
}

/** Days of the week, Sunday is 0, in the order of a week that begins on Monday. */
const daysOf = (field: string): number[] | null => {
  const days = field.split(',').flatMap((part) => {
    const [from = '', to] = part.split('-')
    if (to === undefined) return [dayOf(from)]
    const [first, last] = [dayOf(from), dayOf(to) || 7]
    return first <= last ? Array.from({ length: last - first + 1 }, (_, index) => (first + index) % 7) : [Number.NaN]
  })
  if (days.some(Number.isNaN)) return null
  return [...new Set(days)].sort((a, b) => (a || 7) - (b || 7))
}
