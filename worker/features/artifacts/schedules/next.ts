import { Cron } from 'croner'

/** The next moment at which it is `at` (HH:MM) in the time zone, behind `after`; once a day, also where clocks change. */
export const nextDaily = ({ at, timeZone }: { at: string; timeZone: string }, after: number): number => {
  const [hour, minute] = at.split(':')
  const next = new Cron(`${Number(minute)} ${Number(hour)} * * *`, { paused: true, timezone: timeZone }).nextRun(
    new Date(after),
  )
  if (!next) throw new Error(`no day has ${at} in ${timeZone}`)
  return next.getTime()
}
