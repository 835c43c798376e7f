import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CronJobView } from '../../../worker/features/cron/contract.ts'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Trouble } from '../../ui/state.tsx'
import { reloadCron, settingsQuery } from './queries.ts'

const most = 100

/** After how many failures in a row a job is failing: of one job, or of all that have no figure of their own. */
export function ThresholdDialog({ job, close }: { job?: CronJobView; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const settings = useQuery(settingsQuery).data
  const [written, setWritten] = useState<string | null>(null)
  const known = job ? job.failureThreshold : settings?.failureThreshold
  const value = written ?? (known == null ? '' : String(known))
  const figure = value === '' && job ? null : Number(value)
  const isFit = figure === null || (Number.isInteger(figure) && figure >= 1 && figure <= most)
  const put = useMutation({
    mutationFn: () =>
      job
        ? act(`/cron/jobs/${job.id}`, { method: 'PATCH', body: { failureThreshold: figure } })
        : act('/cron/settings', { method: 'PUT', body: { failureThreshold: figure } }),
    onSuccess: async () => {
      await reloadCron(client)
      close()
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (isFit && !put.isPending) put.mutate()
      }}
    >
      <Field
        label={t('cron.threshold.label')}
        type="number"
        min={1}
        max={most}
        value={value}
        hint={job ? t('cron.threshold.jobHint', { count: settings?.failureThreshold ?? 3 }) : t('cron.threshold.hint')}
        error={isFit ? undefined : t('cron.threshold.unfit', { most })}
        onChange={({ target }) => setWritten(target.value)}
      />
      <Trouble error={put.error} />
      <SubmitActions cancel={close} disabled={put.isPending || !isFit}>
        {t('cron.save')}
      </SubmitActions>
    </form>
  )
}
