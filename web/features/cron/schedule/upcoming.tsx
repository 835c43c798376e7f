import { useLocale } from 'use-intl'
import { relative, shortMoment } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useNow } from '../../../use-now.ts'
import { nextRuns, ownTimeZone } from './next-runs.ts'

const shown = 5

/** The next runs of a schedule, in the time zone of whoever looks. `anchor` (ms): what its gateway says is next. */
export function Upcoming({ schedule, anchor }: { schedule: Record<string, unknown>; anchor: number | null }) {
  const t = useT()
  const locale = useLocale()
  const now = useNow()
  // Once a minute is often enough to compute them anew.
  const from = Math.floor(now / 60_000) * 60_000
  const runs = nextRuns(schedule, from, shown, anchor).filter((at) => at > now)
  if (runs.length === 0) return <p className="text-xs text-ink-2">{t('cron.upcoming.none')}</p>
  return (
    <>
      <ol className="space-y-1">
        {runs.map((at) => (
          <li key={at} className="tnum flex justify-between gap-4 text-xs">
            <time dateTime={new Date(at).toISOString()}>{shortMoment(locale, at)}</time>
            <span className="text-2xs text-ink-2">{relative(locale, at, now)}</span>
          </li>
        ))}
      </ol>
      <p className="mt-2 text-2xs text-ink-2">{t('cron.upcoming.zone', { zone: ownTimeZone() })}</p>
    </>
  )
}
