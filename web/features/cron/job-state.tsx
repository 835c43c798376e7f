import type { CronJobView } from '../../../worker/features/cron/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip, Dot } from '../../ui/badge.tsx'

/** How a job is, in one word; what is worst about it comes first. */
export function JobState({ job }: { job: CronJobView }) {
  const t = useT()
  if (job.state === 'gone') return <Dot tone="off">{t('cron.state.gone')}</Dot>
  if (job.isFailing) return <Dot tone="bad">{t('cron.state.failing', { count: job.consecutiveFailures })}</Dot>
  if (job.isAutoDisabled) return <Dot tone="bad">{t('cron.state.autoDisabled')}</Dot>
  if (job.missedAt) return <Dot tone="warn">{t('cron.state.missed')}</Dot>
  if (job.runningSince) return <Dot tone="busy">{t('cron.state.running')}</Dot>
  return job.isEnabled ? (
    <Dot tone="good">{t('cron.state.enabled')}</Dot>
  ) : (
    <Dot tone="off">{t('cron.state.disabled')}</Dot>
  )
}

/** What else is to be known beside its name. */
export function JobMarks({ job }: { job: CronJobView }) {
  const t = useT()
  const open = job.openChanges[0]
  return (
    <>
      {job.isManaged ? (
        <span title={t('cron.managedHint')}>
          <Chip>{t('cron.managed')}</Chip>
        </span>
      ) : null}
      {open ? (
        <Dot tone={open.state === 'conflict' ? 'bad' : 'busy'} quiet>
          {t(`cron.open.${open.state}`)}
        </Dot>
      ) : null}
    </>
  )
}
