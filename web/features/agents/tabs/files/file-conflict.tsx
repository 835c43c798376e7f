import { useT } from '../../../../i18n/use-t.ts'
import { LineView } from './line-view.tsx'
import type { FileWork } from './use-file.ts'

/** Somebody wrote this file meanwhile: both versions line by line, and whose shall go on. Nothing was written. */
export function FileConflict({ work }: { work: FileWork }) {
  const t = useT()
  return (
    <section aria-label={t('agent.files.conflict')} className="rounded-md border border-high/40 p-3">
      <p className="mb-1 font-medium text-high">{t('agent.files.conflict')}</p>
      <p className="mb-3 text-xs text-ink-2">{t('agent.files.conflictBody')}</p>
      <LineView theirs={work.file?.content ?? ''} mine={work.text} />
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <button type="button" className="btn btn-danger" onClick={work.discard}>
          {t('agent.files.takeTheirs')}
        </button>
        <button type="button" className="btn btn-primary" onClick={work.adopt}>
          {t('agent.files.keepMine')}
        </button>
      </div>
    </section>
  )
}
