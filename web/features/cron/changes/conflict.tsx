import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { CronChange, type JobVersion } from '../../../../worker/features/cron/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { DialogActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { reloadCron } from '../queries.ts'
import { ScheduleText } from '../schedule/schedule-text.tsx'

/** Both versions of a job side by side, and which of them holds. What they share is shown quietly. */
export function Conflict({ change, close }: { change: CronChange; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const { mine, theirs } = change
  const answer = useMutation({
    mutationFn: (body: { answer: 'mine'; theirRevision: string | null } | { answer: 'theirs' }) =>
      request(CronChange, `/cron/changes/${change.id}/resolve`, { method: 'POST', body }),
    onSuccess: () => {
      toast({ text: t('cron.conflict.answered') })
      close()
    },
    onSettled: () => reloadCron(client),
  })
  const differs = (field: keyof JobVersion) =>
    JSON.stringify(mine?.[field] ?? null) !== JSON.stringify(theirs?.[field] ?? null)
  const rows = [
    { field: 'name', show: (version: JobVersion) => version.name },
    { field: 'schedule', show: (version: JobVersion) => <ScheduleText schedule={version.schedule} /> },
    { field: 'message', show: (version: JobVersion) => version.message ?? '—' },
    {
      field: 'isEnabled',
      show: (version: JobVersion) => t(version.isEnabled ? 'cron.state.enabled' : 'cron.state.disabled'),
    },
  ] as const
  return (
    <div className="mt-2">
      <p className="mb-4 text-xs text-ink-2">
        {t(theirs === null ? 'cron.conflict.gone' : mine === null ? 'cron.conflict.removal' : 'cron.conflict.lead')}
      </p>
      <div className="divide-y divide-line border-y border-line">
        <div className="grid grid-cols-2 gap-4 py-2 text-2xs text-ink-2">
          <span>{t('cron.conflict.mine')}</span>
          <span>{t('cron.conflict.theirs')}</span>
        </div>
        {rows.map(({ field, show }) => (
          <div key={field} className="grid grid-cols-2 gap-x-4 gap-y-1 py-2.5 text-xs">
            <p className="col-span-2 text-2xs text-ink-2">{t(`cron.conflict.field.${field}`)}</p>
            <Side isMarked={differs(field)}>{mine ? show(mine) : t('cron.conflict.removed')}</Side>
            <Side isMarked={differs(field)}>{theirs ? show(theirs) : t('cron.conflict.notThere')}</Side>
          </div>
        ))}
      </div>
      <div className="mt-4">
        <Trouble error={answer.error} />
      </div>
      <DialogActions>
        <button
          type="button"
          className="btn"
          disabled={answer.isPending}
          onClick={() => answer.mutate({ answer: 'theirs' })}
        >
          {t('cron.conflict.keepTheirs')}
        </button>
        <button
          type="button"
          className="btn btn-primary"
          disabled={answer.isPending}
          onClick={() => answer.mutate({ answer: 'mine', theirRevision: change.theirRevision })}
        >
          {t(theirs === null ? 'cron.conflict.addAnew' : 'cron.conflict.keepMine')}
        </button>
      </DialogActions>
    </div>
  )
}

const Side = ({ isMarked, children }: { isMarked: boolean; children: ReactNode }) => (
  <div
    className={`min-w-0 rounded-sm px-2 py-1 break-words whitespace-pre-wrap ${isMarked ? 'bg-medium-soft' : 'text-ink-2'}`}
  >
    {children}
  </div>
)
