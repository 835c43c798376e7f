import { useT } from '../../../../i18n/use-t.ts'
import { LineView } from './line-view.tsx'

interface Props {
  theirs: string
  mine: string
  takeTheirs: () => void
  keepMine: () => void
}

/** The agent, or somebody else, wrote this file meanwhile: both texts, and which shall go on. Nothing was written. */
export function FileConflict({ theirs, mine, takeTheirs, keepMine }: Props) {
  const t = useT()
  return (
    <section aria-label={t('agent.files.conflict')} className="rounded-md border border-high/40 p-3">
      <p className="mb-1 font-medium text-high">{t('agent.files.conflict')}</p>
      <p className="mb-3 text-xs text-ink-2">{t('agent.files.conflictBody')}</p>
      <LineView theirs={theirs} mine={mine} />
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <button type="button" className="btn btn-danger" onClick={takeTheirs}>
          {t('agent.files.takeTheirs')}
        </button>
        <button type="button" className="btn btn-primary" onClick={keepMine}>
          {t('agent.files.keepMine')}
        </button>
      </div>
    </section>
  )
}
