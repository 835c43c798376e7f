import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RuleDraft, StarterSet } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { ConditionText } from './condition-text.tsx'
import { OutcomeText } from './outcome-text.tsx'
import { startersQuery } from './queries.ts'
import { starterRules } from './starter-text.ts'

/** Sets to begin with. Choosing one shows its rules; taking it puts them into the draft. */
export function Starters({ take, mayWrite }: { take: (rules: RuleDraft[], name: string) => void; mayWrite: boolean }) {
  const t = useT()
  const found = useQuery(startersQuery)
  const [shown, setShown] = useState<StarterSet | null>(null)
  if (found.isPending) return <Skeleton rows={4} height={72} />
  if (found.isError)
    return <Failed what={t('rules.starters.failed')} error={found.error} retry={() => void found.refetch()} />
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {found.data.items.map((set) => (
          <li key={set.id} className="flex flex-col rounded-lg border border-line bg-surface p-4">
            <h3 className="font-medium">{t(`rules.starter.${set.id}.name`)}</h3>
            <p className="mt-1 flex-1 text-xs text-ink-2">{t(`rules.starter.${set.id}.body`)}</p>
            <div className="mt-3 flex items-center justify-between">
              <span className="tnum text-2xs text-ink-2">{t('rules.count', { count: set.rules.length })}</span>
              <button
                type="button"
                className="btn"
                aria-label={t('rules.starters.previewOf', { name: t(`rules.starter.${set.id}.name`) })}
                onClick={() => setShown(set)}
              >
                {t('rules.starters.preview')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {shown ? (
        <Dialog
          open
          onOpenChange={(open) => !open && setShown(null)}
          wide
          title={t(`rules.starter.${shown.id}.name`)}
          description={t(`rules.starter.${shown.id}.body`)}
        >
          <ol className="mt-4 hairlines">
            {starterRules(t, shown).map((rule, at) => (
              <li key={rule.name} className="grid gap-x-4 gap-y-1 py-2.5 text-xs sm:grid-cols-[20px_1.4fr_1fr]">
                <span className="tnum text-ink-2">{at + 1}</span>
                <span className="min-w-0">
                  <span className="block font-medium">{rule.name}</span>
                  <code className="font-mono text-2xs break-words">
                    <ConditionText condition={rule.condition} />
                  </code>
                </span>
                <OutcomeText outcome={rule.outcome} />
              </li>
            ))}
          </ol>
          <DialogActions>
            <button type="button" className="btn" onClick={() => setShown(null)}>
              {t('action.cancel')}
            </button>
            {mayWrite ? (
              <button
                type="button"
                className="btn btn-primary"
                onClick={() => {
                  take(starterRules(t, shown), t(`rules.starter.${shown.id}.name`))
                  setShown(null)
                }}
              >
                {t('rules.starters.take')}
              </button>
            ) : null}
          </DialogActions>
        </Dialog>
      ) : null}
    </>
  )
}
