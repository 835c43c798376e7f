import { useQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import { number, timeOfDay } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { summaryQuery } from './queries.ts'

/** All jobs in four figures. */
export function SummaryStrip() {
  const t = useT()
  const locale = useLocale()
  const { data } = useQuery(summaryQuery)
  if (!data)
    return (
      <div
        aria-busy="true"
        className="h-[114px] animate-pulse rounded-lg border border-line bg-surface max-lg:h-[228px]"
      />
    )
  const next = data.nextHour.first[0]
  return (
    <section
      aria-label={t('cron.summary.title')}
      className="grid grid-cols-2 rounded-lg border border-line bg-surface lg:grid-cols-4"
    >
      <Figure
        name={t('cron.summary.jobs')}
        value={`${number(locale, data.enabled)}/${number(locale, data.jobs)}`}
        below={t('cron.summary.managed', { count: data.managed })}
      />
      <Figure
        name={t('cron.summary.failing')}
        value={number(locale, data.failing)}
        tone={data.failing > 0 ? 'text-critical' : ''}
        below={t('cron.summary.missed', { count: data.missed })}
      />
      <Figure
        name={t('cron.summary.runs')}
        value={number(locale, data.runs24h)}
        below={t('cron.summary.failures', { day: data.failures24h, week: data.failures7d, runs: data.runs7d })}
      />
      <Figure
        name={t('cron.summary.nextHour')}
        value={number(locale, data.nextHour.runs)}
        below={
          next
            ? t('cron.summary.next', { name: next.name, time: timeOfDay(locale, Date.parse(next.at)).slice(0, 5) })
            : t('cron.summary.nothingNext')
        }
      />
    </section>
  )
}

function Figure(props: { name: string; value: string; below: string; tone?: string }) {
  return (
    <div className="min-w-0 border-line px-4 py-4 max-lg:odd:border-r max-lg:nth-[-n+2]:border-b md:px-5 lg:not-last:border-r">
      <p className="text-xs text-ink-2">{props.name}</p>
      <p className={`tnum mt-1 text-2xl font-semibold tracking-tight ${props.tone ?? ''}`}>{props.value}</p>
      <p className="tnum mt-1.5 truncate text-2xs text-ink-2">{props.below}</p>
    </div>
  )
}
