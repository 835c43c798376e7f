import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { LeaveDialog } from './leave-dialog.tsx'
import { PreviewDialog } from './preview-dialog.tsx'
import { redactedIn } from './secrets.ts'
import type { AgentDraft } from './use-agent-draft.ts'
import type { Saving } from './use-saving.ts'

/** What is not saved yet: how much, and the ways on. It stays in sight while there is something. */
export function DraftBar({ draft, saving }: { draft: AgentDraft; saving: Saving }) {
  const t = useT()
  const [open, setOpen] = useState<'preview' | 'conflict' | null>(null)
  const count = draft.changes.length
  const redacted = redactedIn(draft.changes)
  const close = () => setOpen(null)
  // The preview knows of a newer configuration than this page has read.
  const compare = () => {
    void draft.refetch()
    setOpen('conflict')
  }
  const look = () => {
    saving.save.reset()
    saving.preview.mutate()
    setOpen('preview')
  }
  const isContested = draft.clashes.length > 0
  // Between the tabs of an agent a draft goes along; who leaves the agent is asked first.
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => count > 0 && !`${next.pathname}/`.startsWith(`/agents/${draft.agent.id}/`),
    enableBeforeUnload: count > 0,
    withResolver: true,
  })
  return (
    <>
      {count === 0 ? null : (
        <section
          aria-label={t('agent.draft.title')}
          className="sticky bottom-0 z-10 -mx-4 mt-6 border-t border-line-2 bg-surface px-4 py-3 md:-mx-8 md:px-8"
        >
          <div className="flex flex-wrap items-center gap-2">
            <div className="min-w-0 flex-1 max-md:basis-full">
              <p className="tnum text-xs font-medium" role="status">
                {t('agent.draft.changes', { count })}
              </p>
              {isContested ? (
                <p className="text-2xs text-high">{t('agent.draft.contested', { count: draft.clashes.length })}</p>
              ) : redacted.length > 0 ? (
                <p className="text-2xs break-words text-critical">
                  {t('agent.draft.redacted', { paths: redacted.join(t('state.comma')) })}
                </p>
              ) : draft.bar && draft.bar !== 'unknown' ? (
                <p className="text-2xs text-ink-2">{t(`agent.locked.${draft.bar}`)}</p>
              ) : null}
            </div>
            <button
              type="button"
              className="btn btn-quiet max-md:flex-1"
              disabled={saving.isUnderWay}
              onClick={() => {
                draft.discard()
                saving.save.reset()
              }}
            >
              {t('agent.draft.discard')}
            </button>
            {isContested ? (
              <button type="button" className="btn btn-primary max-md:flex-1" onClick={compare}>
                {t('agent.conflict.compare')}
              </button>
            ) : (
              <button
                type="button"
                className="btn btn-primary max-md:flex-1"
                disabled={draft.bar !== null || redacted.length > 0 || saving.isUnderWay}
                onClick={look}
              >
                {saving.isUnderWay ? t('agent.preview.saving') : t('agent.draft.preview')}
              </button>
            )}
          </div>
        </section>
      )}
      <PreviewDialog draft={draft} saving={saving} open={open === 'preview'} close={close} compare={compare} />
      <ConflictDialog draft={draft} open={open === 'conflict'} close={close} />
      <LeaveDialog blocker={blocker} discard={draft.discard} />
    </>
  )
}
