import { useEffect, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Trouble } from '../../ui/state.tsx'
import { DifferenceView } from './difference-view.tsx'
import type { DraftRules } from './draft.ts'
import { Faults } from './faults.tsx'

/** What is not saved yet: how much, what exactly, and the ways on. It stays in sight while there is something. */
export function DraftBar(props: {
  draft: DraftRules
  view: (view: 'test' | 'replay') => void
  save: () => void
  isSaving: boolean
  error: unknown
}) {
  const t = useT()
  const { draft } = props
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [])
  return (
    <section aria-label={t('rules.draft.title')} className="sticky bottom-0 z-10 border-t border-line-2 bg-surface">
      <div className="mx-auto max-w-[1280px] px-4 py-3 md:px-8">
        {props.error ? (
          <div className="mb-3">
            <Trouble error={props.error} />
            <Faults error={props.error} names={draft.items.map(({ rule }) => rule.name)} />
          </div>
        ) : null}
        <form
          className="flex flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            props.save()
          }}
        >
          <button
            type="button"
            className="link tnum mr-1 text-xs font-medium max-md:h-11"
            onClick={() => setOpen(true)}
          >
            {t('rules.draft.changes', { count: draft.changes })}
          </button>
          <input
            className="field min-w-40 flex-1 max-md:basis-full md:h-8"
            aria-label={t('rules.draft.note')}
            placeholder={t('rules.draft.note')}
            maxLength={500}
            value={draft.note}
            onChange={(event) => draft.setNote(event.target.value)}
          />
          <button type="button" className="btn btn-quiet max-md:flex-1" onClick={draft.discard}>
            {t('rules.draft.discard')}
          </button>
          <button type="button" className="btn max-md:flex-1" onClick={() => props.view('test')}>
            {t('rules.view.test')}
          </button>
          <button type="button" className="btn max-md:flex-1" onClick={() => props.view('replay')}>
            {t('rules.view.replay')}
          </button>
          <button
            type="submit"
            className="btn btn-primary max-md:flex-1"
            disabled={props.isSaving || draft.changes === 0}
          >
            {t('rules.draft.save', { version: draft.base.version + 1 })}
          </button>
        </form>
      </div>
      <Dialog open={open} onOpenChange={setOpen} wide title={t('rules.draft.title')}>
        <div className="mt-4">
          <DifferenceView difference={draft.difference} />
        </div>
      </Dialog>
    </section>
  )
}
