import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CronChange } from '../../../../worker/features/cron/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Section } from '../../../ui/page.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useProblemText } from '../../../use-problem.ts'
import { openChangesQuery, reloadCron } from '../queries.ts'
import { Conflict } from './conflict.tsx'

const tones = { waiting: 'busy', sent: 'busy', conflict: 'bad' } as const

/** What is still to be made at gateways, and what fits no more; nothing at all when there is none. */
export function OpenChanges({ jobId }: { jobId?: string }) {
  const t = useT()
  const found = useQuery(openChangesQuery(jobId))
  const [answering, setAnswering] = useState<CronChange | null>(null)
  const changes = found.data?.items ?? []
  // A conflict that nobody sees is one that nobody answers.
  if (found.isError)
    return (
      <Section title={t('cron.changes.title')}>
        <Trouble error={found.error} />
      </Section>
    )
  if (changes.length === 0) return null
  return (
    <Section title={t('cron.changes.title')}>
      <ul aria-label={t('cron.changes.title')} className="hairlines">
        {changes.map((change) => (
          <Row key={change.id} change={change} answer={() => setAnswering(change)} />
        ))}
      </ul>
      <Dialog
        open={answering !== null}
        onOpenChange={(open) => !open && setAnswering(null)}
        title={t('cron.conflict.title')}
        wide
      >
        {answering ? <Conflict change={answering} close={() => setAnswering(null)} /> : null}
      </Dialog>
    </Section>
  )
}

function Row({ change, answer }: { change: CronChange; answer: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const problemText = useProblemText()
  const may = useCan('agents.write')
  const cancel = useMutation({
    mutationFn: () => request(CronChange, `/cron/changes/${change.id}/cancel`, { method: 'POST' }),
    onError: (error) => toast({ text: problemText(error) }),
    onSettled: () => reloadCron(client),
  })
  const { state } = change
  if (state !== 'waiting' && state !== 'sent' && state !== 'conflict') return null
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <p className="truncate font-medium">{t(`cron.changes.kind.${change.kind}`, { name: change.jobName })}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-2xs text-ink-2">
          <Dot tone={tones[state]} quiet>
            {t.rich(`cron.changes.${state}`, { ago: () => <Ago at={change.orderedAt} /> })}
          </Dot>
          <span>{change.orderedBy.name}</span>
          {change.merged > 0 ? <span>{t('cron.changes.merged', { count: change.merged + 1 })}</span> : null}
        </p>
      </div>
      {may && state === 'conflict' ? (
        <button type="button" className="btn btn-primary" onClick={answer}>
          {t('cron.conflict.answer')}
        </button>
      ) : null}
      {may && state === 'waiting' ? (
        <button type="button" className="btn" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('cron.changes.cancel')}
        </button>
      ) : null}
    </li>
  )
}
