import { useT } from '../../i18n/use-t.ts'
import { LineView } from '../agents/tabs/files/line-view.tsx'
import type { MemoryWork } from './use-memory-file.ts'

/** The agent, or somebody else, wrote this file meanwhile: both texts, and which shall go on. Nothing was written. */
export function Conflict({ work }: { work: MemoryWork }) {
  const t = useT()
  return (
    <section aria-label={t('memory.conflict')} className="rounded-md border border-high/40 p-3">
      <p className="mb-1 font-medium text-high">{t('memory.conflict')}</p>
      <p className="mb-3 text-xs text-ink-2">{t('memory.conflictBody')}</p>
      <LineView theirs={work.file?.content ?? ''} mine={work.text} />
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <button type="button" className="btn btn-danger" onClick={work.discard}>
          {t('memory.takeTheirs')}
        </button>
        <button type="button" className="btn btn-primary" onClick={work.adopt}>
          {t('memory.keepMine')}
        </button>
      </div>
    </section>
  )
}
