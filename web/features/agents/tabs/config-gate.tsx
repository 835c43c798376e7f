import type { ReactNode } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Note, Skeleton } from '../../../ui/state.tsx'
import { useEditing } from '../draft/draft-context.ts'
import { FreshnessNote } from '../freshness-note.tsx'
import { NotRead } from '../not-read.tsx'

/** What is made of the configuration waits for it here, and says how old it is and what the gateway finds wrong in it. */
export function ConfigGate({ children }: { children: ReactNode }) {
  const t = useT()
  const { draft } = useEditing()
  if (draft.isPending) return <Skeleton rows={6} height={44} />
  if (!draft.config)
    return <NotRead what={t('agent.configFailed')} error={draft.error} retry={() => void draft.refetch()} />
  return (
    <>
      <FreshnessNote freshness={draft.config.freshness} of={t('agent.configNote')} />
      {draft.config.valid ? null : (
        <div className="mb-4">
          <Note tone="warn">{t('agent.configInvalid')}</Note>
          <ul className="hairlines mt-2 text-xs">
            {draft.config.issues.map(({ path, message }) => (
              <li key={`${path} ${message}`} className="py-1.5">
                <code className="font-mono text-2xs break-all text-ink-2">{path}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      {children}
    </>
  )
}
