import { useInfiniteQuery } from '@tanstack/react-query'
import { Check, LoaderCircle, X } from 'lucide-react'
import { useState } from 'react'
import { type Restore, restoreSteps } from '../../../../worker/features/artifacts/restores/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { restoresQuery } from '../queries.ts'
import { RestoreDetail } from './restores.tsx'
import { stageOf } from './stage.ts'

const lookEveryMs = 3_000
const rows = ['announced', 'allowed', ...restoreSteps] as const

/** From the command that somebody runs to what became of it, step by step while one watches. */
export function Follow({ connectorId }: { connectorId: string }) {
  const t = useT()
  const list = useInfiniteQuery({ ...restoresQuery(connectorId), refetchInterval: lookEveryMs })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const [before, setBefore] = useState<ReadonlySet<string> | null>(null)
  // What was over when one came here is none of this one's.
  if (before === null && list.data) setBefore(new Set(items.filter(isOver).map(({ id }) => id)))
  const restore = before ? items.find(({ id }) => !before.has(id)) : undefined
  const { done, isStuck } = stageOf(restore)
  return (
    <Section title={t('backups.follow.title')}>
      <ol className="space-y-3 border-y border-line py-4">
        {rows.map((row, index) => {
          const state = index < done ? 'done' : index > done ? 'open' : isStuck ? 'stuck' : 'now'
          return (
            <li key={row} className="flex gap-3">
              <Mark state={state} />
              <div className="min-w-0">
                <p className={state === 'open' ? 'text-ink-2' : 'font-medium'}>
                  {t(`backups.follow.${row}`)}
                  <span className="sr-only">{state === 'done' ? t('state.done') : t('state.notYet')}</span>
                </p>
                {state === 'now' && row === 'announced' ? (
                  <p className="text-xs text-ink-2">{t('backups.follow.run')}</p>
                ) : null}
                {state === 'stuck' && restore?.state === 'failed' ? (
                  <p className="text-xs text-ink-2">{t('backups.follow.resume')}</p>
                ) : null}
              </div>
            </li>
          )
        })}
      </ol>
      <p role="status" className="sr-only">
        {t('backups.follow.progress', { done, of: rows.length })}
      </p>
      {restore ? (
        <div className="pt-3">
          <RestoreDetail restore={restore} />
        </div>
      ) : null}
    </Section>
  )
}

const isOver = ({ state }: Restore): boolean => state !== 'waiting' && state !== 'approved' && state !== 'started'

const looks = {
  done: 'bg-low text-surface',
  now: 'border border-line-2 text-ink-3',
  open: 'border border-line-2 text-ink-3',
  stuck: 'bg-critical text-surface',
} as const

const Mark = ({ state }: { state: keyof typeof looks }) => (
  <span aria-hidden className={`mt-0.5 grid size-5 shrink-0 place-items-center rounded-full ${looks[state]}`}>
    {state === 'done' ? <Check size={12} strokeWidth={3} /> : null}
    {state === 'now' ? <LoaderCircle size={12} className="animate-spin" /> : null}
    {state === 'stuck' ? <X size={12} strokeWidth={3} /> : null}
  </span>
)
