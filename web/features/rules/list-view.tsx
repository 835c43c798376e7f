import { ListChecks } from 'lucide-react'
import { useT } from '../../i18n/use-t.ts'
import { toast } from '../../ui/toast.tsx'
import type { DraftRules } from './draft.ts'
import { RuleList } from './rule-list.tsx'
import { Starters } from './starters.tsx'

/** The list itself, or sets to begin with where there is none. */
export function ListView(props: {
  draft: DraftRules
  mayWrite: boolean
  hits: ReadonlyMap<string, number> | null
  open: (key: string) => void
}) {
  const t = useT()
  const { draft, mayWrite } = props
  if (draft.items.length === 0)
    return (
      <div>
        <div className="mb-6 flex items-start gap-3 border-y border-line py-4">
          <ListChecks size={18} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-ink-2" />
          <div>
            <h2 className="font-medium">{t('rules.empty.title')}</h2>
            <p className="mt-0.5 max-w-prose text-xs text-ink-2">{t('rules.empty.body')}</p>
          </div>
        </div>
        <Starters
          mayWrite={mayWrite}
          take={(rules, name) => {
            draft.add(rules)
            toast({ text: t('rules.starters.taken', { name }) })
          }}
        />
      </div>
    )
  return (
    <>
      <div
        aria-hidden
        className="hidden pb-1.5 text-2xs text-ink-2 md:grid md:grid-cols-[auto_minmax(0,1.5fr)_minmax(0,1fr)_64px_auto] md:gap-x-4"
      >
        <span className={mayWrite ? 'w-[54px]' : 'w-6'} />
        <span>{t('rules.column.when')}</span>
        <span>{t('rules.column.then')}</span>
        <span className="text-right">{t('rules.column.hits')}</span>
        <span className={mayWrite ? 'w-[96px]' : 'w-9'} />
      </div>
      <RuleList draft={draft} mayWrite={mayWrite} hits={props.hits} open={props.open} />
      <p className="mt-3 text-2xs text-ink-2">{t('rules.otherwise')}</p>
    </>
  )
}
