import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { CronJobView } from '../../../worker/features/cron/contract.ts'
import { shortMoment } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Fact, Facts, Mono, Page, Section } from '../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { OpenChanges } from './changes/open-changes.tsx'
import { JobActs } from './job-acts.tsx'
import { JobMarks, JobState } from './job-state.tsx'
import { jobQuery, settingsQuery } from './queries.ts'
import { RunList } from './run-list.tsx'
import { ScheduleText } from './schedule/schedule-text.tsx'
import { Upcoming } from './schedule/upcoming.tsx'
import { ThresholdDialog } from './threshold-dialog.tsx'

/** One job: what it does and when, how it did, and what can be done about it. */
export function JobPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/cron/$id' })
  const found = useQuery(jobQuery(id))
  const may = useCan('agents.write')
  const job = found.data
  return (
    <Page
      title={job?.name ?? t('cron.title')}
      actions={job && may ? <JobActs job={job} /> : null}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link to="/cron" className="aside-link">
            {t('cron.back')}
          </Link>
          {job ? (
            <>
              <JobState job={job} />
              <JobMarks job={job} />
            </>
          ) : null}
        </span>
      }
    >
      {job ? (
        <div className="space-y-8">
          <Told job={job} />
          <OpenChanges jobId={job.id} />
          <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,280px)] lg:gap-x-10">
            <Definition job={job} />
            <Section title={t('cron.upcoming.title')}>
              {job.isEnabled && job.state === 'present' ? (
                <Upcoming schedule={job.schedule} anchor={job.nextRunAt ? Date.parse(job.nextRunAt) : null} />
              ) : (
                <p className="text-xs text-ink-2">{t('cron.notDue')}</p>
              )}
            </Section>
          </div>
          <Section title={t('cron.runs.title')}>
            <RunList path={`/cron/jobs/${job.id}/runs`} ofJob />
          </Section>
        </div>
      ) : found.isError ? (
        <Failed what={t('cron.oneFailed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={8} height={44} />
      )}
    </Page>
  )
}

/** What somebody has to know before anything else. */
function Told({ job }: { job: CronJobView }) {
  const t = useT()
  const locale = useLocale()
  if (job.state === 'gone') return <Note>{t('cron.goneNote')}</Note>
  const notes = [
    job.isManaged ? <Note key="managed">{t('cron.managedNote')}</Note> : null,
    job.isReachable ? null : <Note key="away">{t.rich('cron.awayNote', { ago: () => <Ago at={job.seenAt} /> })}</Note>,
    job.isAutoDisabled ? (
      <Note key="auto" tone="warn">
        {t('cron.autoDisabledNote')}
      </Note>
    ) : null,
    job.missedAt ? (
      <Note key="missed" tone="warn">
        {t('cron.missedNote', { at: shortMoment(locale, Date.parse(job.missedAt)) })}
      </Note>
    ) : null,
    job.isFailing ? (
      <Note key="failing" tone="warn">
        {t('cron.failingNote', { count: job.consecutiveFailures })}
        {job.lastError ? <span className="mt-1 block break-words">{job.lastError}</span> : null}
      </Note>
    ) : null,
  ].filter(Boolean)
  return notes.length > 0 ? <div className="space-y-2">{notes}</div> : null
}

function Definition({ job }: { job: CronJobView }) {
  const t = useT()
  const may = useCan('agents.write')
  const settings = useQuery(settingsQuery).data
  const [editing, setEditing] = useState(false)
  return (
    <Section title={t('cron.definition')} className="min-w-0">
      <Facts>
        <Fact name={t('cron.scheduleName')} full>
          <ScheduleText schedule={job.schedule} />
        </Fact>
        <Fact name={t('cron.agent')}>
          {job.agentId ? (
            <Link to="/agents/$id" params={{ id: job.agentId }} className="link">
              {job.agentName ?? job.agentId}
            </Link>
          ) : (
            t('cron.noAgent')
          )}
        </Fact>
        <Fact name={t('cron.connector')}>
          <Link to="/connectors/$id" params={{ id: job.connectorId }} className="link">
            {job.connectorName}
          </Link>
        </Fact>
        <Fact name={t('cron.message')} full>
          {job.message === null ? (
            <span className="text-ink-2">{t('cron.noMessage', { kind: job.payloadKind })}</span>
          ) : (
            <p className="max-h-64 overflow-y-auto break-words whitespace-pre-wrap">{job.message}</p>
          )}
        </Fact>
        {job.description ? (
          <Fact name={t('cron.description')} full>
            {job.description}
          </Fact>
        ) : null}
        <Fact name={t('cron.failures')}>
          <span className="tnum">{job.consecutiveFailures}</span>
        </Fact>
        <Fact name={t('cron.threshold.open')}>
          <span className="tnum mr-2">{job.failureThreshold ?? settings?.failureThreshold ?? '—'}</span>
          {may ? (
            <button type="button" className="link text-xs" onClick={() => setEditing(true)}>
              {t('cron.threshold.change')}
            </button>
          ) : null}
        </Fact>
        <Fact name={t('cron.externalId')} full>
          <Mono>{job.externalId}</Mono>
        </Fact>
      </Facts>
      <Dialog open={editing} onOpenChange={setEditing} title={t('cron.threshold.jobTitle')}>
        <ThresholdDialog job={job} close={() => setEditing(false)} />
      </Dialog>
    </Section>
  )
}
