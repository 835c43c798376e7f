import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pause, Pencil, Play, Power, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ChangedJob, type CronJobView } from '../../../worker/features/cron/contract.ts'
import { request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { changedText } from './changed-text.ts'
import { JobEditor } from './editor/job-editor.tsx'
import { reloadCron } from './queries.ts'

/** What can be done to a job. While its gateway is away all but running is kept for it. */
export function JobActs({ job }: { job: CronJobView }) {
  const t = useT()
  const client = useQueryClient()
  const problemText = useProblemText()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const order = useMutation({
    mutationFn: (act: 'enable' | 'disable' | 'run') =>
      request(ChangedJob, `/cron/jobs/${job.id}/${act}`, { method: 'POST' }),
    onSuccess: (changed) => toast({ text: changedText(t, changed) }),
    onError: (error) => toast({ text: problemText(error) }),
    onSettled: () => reloadCron(client),
  })
  const remove = async () => {
    const changed = await request(ChangedJob, `/cron/jobs/${job.id}`, { method: 'DELETE' })
    await reloadCron(client)
    toast({ text: changedText(t, changed) })
  }
  if (job.state === 'gone') return null
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={order.isPending || !job.isReachable}
        title={job.isReachable ? undefined : t('cron.runAway')}
        onClick={() => order.mutate('run')}
      >
        <Play size={15} aria-hidden />
        {t('cron.run')}
      </button>
      {job.isManaged ? null : (
        <>
          <button
            type="button"
            className="btn"
            disabled={order.isPending}
            onClick={() => order.mutate(job.isEnabled ? 'disable' : 'enable')}
          >
            {job.isEnabled ? <Pause size={15} aria-hidden /> : <Power size={15} aria-hidden />}
            {t(job.isEnabled ? 'cron.disable' : 'cron.enable')}
          </button>
          <button type="button" className="btn" onClick={() => setOpen('edit')}>
            <Pencil size={15} aria-hidden />
            {t('cron.edit')}
          </button>
          <button type="button" className="btn btn-danger" onClick={() => setOpen('remove')}>
            <Trash2 size={15} aria-hidden />
            {t('cron.remove')}
          </button>
        </>
      )}
      <Dialog open={open === 'edit'} onOpenChange={(shown) => !shown && setOpen(null)} title={t('cron.editTitle')} wide>
        <JobEditor job={job} close={() => setOpen(null)} />
      </Dialog>
      <Confirm
        open={open === 'remove'}
        close={() => setOpen(null)}
        title={t('cron.removeTitle', { name: job.name })}
        body={t(job.isReachable ? 'cron.removeBody' : 'cron.removeBodyAway')}
        action={t('cron.remove')}
        danger
        onConfirm={remove}
      />
    </>
  )
}
