import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLocale } from 'use-intl'
import type { CronJobView } from '../../../worker/features/cron/contract.ts'
import { relative, shortMoment } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Empty, Failed, NextPage, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { useNow } from '../../use-now.ts'
import { JobMarks, JobState } from './job-state.tsx'
import { type JobFilter, jobsQuery } from './queries.ts'
import { ScheduleText } from './schedule/schedule-text.tsx'

const columns =
  'md:grid md:grid-cols-[minmax(0,1.3fr)_minmax(0,1.2fr)_minmax(120px,150px)_minmax(96px,120px)_minmax(96px,120px)] md:gap-x-4'

/** Jobs that a filter finds, with the way to each. `isNarrowed`: something was filtered away. */
export function JobList(props: { filter: JobFilter; isNarrowed: boolean; ofAgent?: boolean; create: ReactNode }) {
  const t = useT()
  const list = useInfiniteQuery(jobsQuery(props.filter))
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.isPending) return <Skeleton rows={6} height={60} />
  if (list.isError && !list.data)
    return <Failed what={t('cron.failed')} error={list.error} retry={() => void list.refetch()} />
  if (jobs.length === 0)
    return (
      <Empty
        icon={<CalendarClock size={20} strokeWidth={1.75} aria-hidden />}
        title={t(props.isNarrowed ? 'cron.none.title' : 'cron.empty.title')}
        body={t(props.isNarrowed ? 'cron.none.body' : 'cron.empty.body')}
      >
        {props.isNarrowed ? null : props.create}
      </Empty>
    )
  return (
    <>
      <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
        <span>{t('cron.name')}</span>
        <span>{t('cron.scheduleName')}</span>
        <span>{t('cron.stateName')}</span>
        <span className="text-right">{t('cron.nextRun')}</span>
        <span className="text-right">{t('cron.lastRun')}</span>
      </div>
      <ul aria-label={t('cron.title')} className="divide-y divide-line border-b border-line max-md:border-t">
        {jobs.map((job) => (
          <Row key={job.id} job={job} ofAgent={props.ofAgent ?? false} />
        ))}
      </ul>
      <NextPage of={list} />
    </>
  )
}

function Row({ job, ofAgent }: { job: CronJobView; ofAgent: boolean }) {
  const t = useT()
  return (
    <li
      className={`relative items-center gap-y-1 py-3 hover:bg-sunken max-md:flex max-md:flex-col max-md:items-start ${columns}`}
    >
      <div className="min-w-0 max-md:w-full">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <Link
            to="/cron/$id"
            params={{ id: job.id }}
            className="min-w-0 truncate font-medium after:absolute after:inset-0"
          >
            {job.name}
          </Link>
          <JobMarks job={job} />
        </p>
        <p className="truncate text-2xs text-ink-2">
          {ofAgent ? null : `${job.agentName ?? t('cron.noAgent')} · `}
          {job.connectorName}
          {job.isReachable ? null : ` · ${t('cron.away')}`}
        </p>
      </div>
      <div className="min-w-0 text-xs">
        <ScheduleText schedule={job.schedule} />
      </div>
      <JobState job={job} />
      <p className="tnum text-2xs md:text-right">
        <span className="text-ink-2 md:hidden">{t('cron.nextRun')} </span>
        <NextRun job={job} />
      </p>
      <p className="text-2xs text-ink-2 md:text-right">
        <span className="md:hidden">{t('cron.lastRun')} </span>
        {job.lastRunAt ? <Ago at={job.lastRunAt} /> : t('cron.never')}
      </p>
    </li>
  )
}

/** When it is due by its gateway, in the zone of whoever looks. */
function NextRun({ job }: { job: CronJobView }) {
  const t = useT()
  const locale = useLocale()
  const now = useNow()
  if (!job.isEnabled || job.nextRunAt === null) return <span className="text-ink-2">{t('cron.notDue')}</span>
  const at = Date.parse(job.nextRunAt)
  return (
    <time dateTime={job.nextRunAt} title={shortMoment(locale, at)} className={at < now ? 'text-high' : ''}>
      {relative(locale, at, now)}
    </time>
  )
}
