import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { memoryBytesMax } from '../../../worker/features/connectors/link/memory/contract.ts'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { MemoryFiles } from '../../../worker/features/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Note, Skeleton, Trouble } from '../../ui/state.tsx'
import { FreshnessNote } from '../agents/freshness-note.tsx'
import { NotRead } from '../agents/not-read.tsx'
import { FileConflict } from '../agents/tabs/files/file-conflict.tsx'
import { TextEditor } from '../agents/tabs/text-editor.tsx'
import { useEditingBar } from '../agents/use-editing.ts'
import { History } from './history.tsx'
import { useMemoryFile } from './use-memory-file.ts'

/** One file: read, edited upon what was read, removed, and its history. */
export function MemoryFilePane({ agent, path, reach }: { agent: Agent; path: string; reach: MemoryFiles['reach'] }) {
  const t = useT()
  const bar = useEditingBar(agent)
  const mayWrite = useCan('memory.write')
  const work = useMemoryFile(agent.id, path)
  const [isRemoving, setRemoving] = useState(false)
  const [isHistory, setHistory] = useState(false)
  const { file, found, text } = work
  const isReachable = reach === 'all' || path === 'MEMORY.md'
  const mayChange = mayWrite && bar === null && isReachable && file?.freshness.source === 'live'
  const isCut = text.includes(sentinel)
  const bytes = new TextEncoder().encode(text).length
  const maySend = mayChange && work.isDirty && !work.isBehind && !isCut && !work.isUnderWay && bytes <= memoryBytesMax
  const send = () => {
    if (maySend) work.send()
  }
  return (
    <section aria-label={path}>
      <header className="mb-3 flex flex-wrap items-center gap-2">
        <Link
          to="/agents/$id/memory"
          params={{ id: agent.id }}
          search={{}}
          className="btn btn-quiet btn-icon md:hidden"
          aria-label={t('memory.back')}
        >
          <ChevronLeft size={16} aria-hidden />
        </Link>
        <h2 className="min-w-0 flex-1 truncate font-mono text-xs font-medium">{path}</h2>
        <button type="button" className="btn" aria-pressed={isHistory} onClick={() => setHistory(!isHistory)}>
          {t('memory.history')}
        </button>
        {mayChange && !file.isMissing && reach === 'all' ? (
          <button type="button" className="btn" onClick={() => setRemoving(true)}>
            {t('memory.remove')}
          </button>
        ) : null}
        <button type="button" className="btn" disabled={!work.isDirty || work.isUnderWay} onClick={work.discard}>
          {t('memory.discard')}
        </button>
        <button type="button" className="btn btn-primary" disabled={!maySend} onClick={send}>
          {t(work.isUnderWay ? 'memory.saving' : 'memory.save')}
        </button>
      </header>
      {found.isPending ? (
        <Skeleton rows={12} height={24} />
      ) : !file ? (
        <NotRead what={t('memory.oneFailed', { path })} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <div className="space-y-3">
          <FreshnessNote freshness={file.freshness} />
          {file.isMissing ? <Note>{t('memory.missing')}</Note> : null}
          {bar === 'manage' ? <Note>{t('memory.manage')}</Note> : null}
          {isCut ? <Note tone="warn">{t('memory.redacted', { count: file.redactions })}</Note> : null}
          {work.isBehind ? (
            <FileConflict
              theirs={work.file?.content ?? ''}
              mine={work.text}
              takeTheirs={work.discard}
              keepMine={work.adopt}
            />
          ) : (
            <Trouble error={work.save.error} />
          )}
          {isHistory ? (
            <History agentId={agent.id} path={path} work={work} mayChange={mayChange} />
          ) : (
            <>
              <TextEditor
                label={path}
                text={text}
                disabled={!mayChange || work.isUnderWay}
                onChange={work.write}
                onSave={send}
              />
              <p className={`tnum text-right text-2xs ${bytes > memoryBytesMax ? 'text-critical' : 'text-ink-2'}`}>
                {t('memory.size', { bytes, max: memoryBytesMax })}
              </p>
            </>
          )}
        </div>
      )}
      <Confirm
        open={isRemoving}
        close={() => setRemoving(false)}
        title={t('memory.removeTitle', { path })}
        body={t('memory.removeBody')}
        action={t('memory.remove')}
        danger
        onConfirm={work.remove}
      />
    </section>
  )
}
