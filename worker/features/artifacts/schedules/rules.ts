interface Kept {
  id: string
  /** When it was made, ms. */
  at: number
}
interface Keeping {
  keepDaily: number
  keepWeekly: number
  keepMonthly: number
  timeZone: string
}

/**
 * The ids of those that a rule keeps: of each of the last so many days (weeks from Monday, months) that have any, the
 * newest one; days as they are in the time zone. `backups` the newest first. The newest of all is always kept.
 */
export const keptBy = (
  { keepDaily, keepWeekly, keepMonthly, timeZone }: Keeping,
  backups: readonly Kept[],
): ReadonlySet<string> => {
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const days = backups.map(({ id, at }) => ({ id, day: dayOf.format(at) }))
  const newestOf = (count: number, periodOf: (day: string) => string): string[] => {
    const firsts = new Map<string, string>()
    for (const { id, day } of days) if (!firsts.has(periodOf(day))) firsts.set(periodOf(day), id)
    return [...firsts.values()].slice(0, count)
  }
  return new Set([
    ...days.slice(0, 1).map(({ id }) => id),
    ...newestOf(keepDaily, (day) => day),
    ...newestOf(keepWeekly, mondayOf),
    ...newestOf(keepMonthly, (day) => day.slice(0, 7)),
  ])
}

const dayMs = 86_400_000

/** The Monday on or before a day, both `YYYY-MM-DD`: names its week. */
const mondayOf = (day: string): string => {
  const at = Date.parse(`${day}T00:00:00Z`)
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7
  return new Date(at - sinceMonday * dayMs).toISOString().slice(0, 10)
}

const intervalsMs = { daily: dayMs, weekly: 7 * dayMs, monthly: 30 * dayMs } as const

/** When to prove the next one; null for never. */
export const drillBehind = (interval: 'never' | keyof typeof intervalsMs, now: number): number | null =>
  interval === 'never' ? null : now + intervalsMs[interval]
