import type { BudgetPeriod } from './contract.ts'

/** From `start`, up to and without `end`, in milliseconds since 1970. */
export interface Period {
  start: number
  end: number
}

const hour = 3_600_000
const day = 24 * hour
/** No zone is further from UTC, and no clock was ever set by more than a day. */
const searchedMs = 40 * hour

/**
 * The period that a moment lies in: it begins at the first moment of its first day in the time zone, also where summer
 * time takes midnight away, and ends where the next one begins. A week begins on Monday (ISO 8601).
 */
export const periodOf = (period: BudgetPeriod, timeZone: string, at: number): Period => {
  const key = `${period} ${timeZone}`
  const known = found.get(key)
  if (known && known.start <= at && at < known.end) return known
  const first = firstDay(period, dayAt(timeZone, at))
  const made = { start: startOfDay(timeZone, first), end: startOfDay(timeZone, nextFirstDay(period, first)) }
  found.set(key, made)
  return made
}

/** The one that was found last of each kind: almost every moment that is asked for lies in it. */
const found = new Map<string, Period>()

/** Days are counted from 1970-01-01, as the calendar of the zone has them. */
const firstDay = (period: BudgetPeriod, number: number): number => {
  if (period === 'day') return number
  // 1970-01-01 was a Thursday.
  if (period === 'week') return number - ((((number + 3) % 7) + 7) % 7)
  const date = new Date(number * day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / day
}

const nextFirstDay = (period: BudgetPeriod, first: number): number => {
  if (period !== 'month') return first + (period === 'week' ? 7 : 1)
  const date = new Date(first * day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / day
}

/** The first second at which the zone's calendar has reached the day. */
const startOfDay = (timeZone: string, number: number): number => {
  let before = (number * day - searchedMs) / 1_000
  let reached = (number * day + searchedMs) / 1_000
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2)
    if (dayAt(timeZone, middle * 1_000) >= number) reached = middle
    else before = middle
  }
  return reached * 1_000
}

/** Making one takes longer than all that is asked of it. */
const calendars = new Map<string, Intl.DateTimeFormat>()

const dayAt = (timeZone: string, at: number): number => {
  const calendar =
    calendars.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    })
  calendars.set(timeZone, calendar)
  const parts = new Map(calendar.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(parts.get('year') ?? Number.NaN, (parts.get('month') ?? Number.NaN) - 1, parts.get('day')) / day
}
