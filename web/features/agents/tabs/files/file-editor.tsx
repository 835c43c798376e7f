import { Link, useBlocker } from '@tanstack/react-router'
import { ChevronLeft, RefreshCw } from 'lucide-react'
import { useId, useState } from 'react'
import type { Agent } from '../../../../../worker/features/agents/contract.ts'
import { fileBytesMax } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Confirm } from '../../../../ui/confirm.tsx'
import { Note, Skeleton, Trouble } from '../../../../ui/state.tsx'
import { IssueList } from '../../draft/issue-list.tsx'
import { LeaveDialog } from '../../draft/leave-dialog.tsx'
import { OutcomeLine } from '../../draft/outcome-line.tsx'
import { isRedacted } from '../../draft/secrets.ts'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'
import { useEditingBar } from '../../use-editing.ts'
import { TextEditor } from '../text-editor.tsx'
import { FileConflict } from './file-conflict.tsx'
import { type FileWork, useFile } from './use-file.ts'

/** One file, edited as text and saved upon the version that was read. */
export function FileEditor({ agent, name }: { agent: Agent; name: string }) {
  const t = useT()
  const bar = useEditingBar(agent)
  const work = useFile(agent.id, name)
  const { file, found } = work
  const blocker = useBlocker({
    shouldBlockFn: () => work.isDirty,
    enableBeforeUnload: work.isDirty,
    withResolver: true,
  })
  // A text with redacted passages would overwrite what they stand for: it is replaced as a whole or not at all.
  const isCut = isRedacted(work.text)
  const isLocked = bar !== null || isCut || work.isUnderWay || (file !== undefined && file.freshness.source !== 'live')
  const bytes = new TextEncoder().encode(work.text).length
  const maySend = work.isDirty && !work.isBehind && !isLocked && bytes <= fileBytesMax
  const send = () => {
    if (maySend) work.send()
  }
  return (
    <section aria-label={name}>
      <header className="mb-3 flex flex-wrap items-center gap-2">
        <Link
          to="/agents/$id/files"
          params={{ id: agent.id }}
          search={{}}
          className="btn btn-quiet btn-icon md:hidden"
          aria-label={t('agent.files.back')}
        >
          <ChevronLeft size={16} aria-hidden />
        </Link>
        <h2 className="min-w-0 flex-1 truncate font-mono text-xs font-medium">{name}</h2>
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label={t('agent.files.reload')}
          title={t('agent.files.reload')}
          disabled={found.isFetching}
          onClick={() => void found.refetch()}
        >
          <RefreshCw size={14} aria-hidden className={found.isFetching ? 'animate-spin' : ''} />
        </button>
        <button type="button" className="btn" disabled={!work.isDirty || work.isUnderWay} onClick={work.discard}>
          {t('agent.draft.discard')}
        </button>
        <button type="button" className="btn btn-primary" disabled={!maySend} onClick={send}>
          {work.isUnderWay ? t('agent.preview.saving') : t('agent.preview.save')}
        </button>
      </header>
      {found.isPending ? (
        <Skeleton rows={12} height={24} />
      ) : !file ? (
        <NotRead what={t('agent.files.oneFailed', { name })} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <div className="space-y-3">
          <FreshnessNote freshness={file.freshness} />
          {work.change ? <OutcomeLine change={work.change} dismiss={work.forget} /> : null}
          {file.isMissing && !work.isDirty ? <Note>{t('agent.files.missingNote')}</Note> : null}
          {isCut ? <Redacted work={work} name={name} count={file.redactions} may={bar === null} /> : null}
          {work.isBehind ? (
            <FileConflict
              theirs={work.file?.content ?? ''}
              mine={work.text}
              takeTheirs={work.discard}
              keepMine={work.adopt}
            />
          ) : null}
          {work.save.error && !work.isBehind ? (
            <>
              <Trouble error={work.save.error} />
              <IssueList error={work.save.error} />
            </>
          ) : null}
          <TextEditor label={name} text={work.text} disabled={isLocked} onChange={work.write} onSave={send} />
          <p className={`tnum text-right text-2xs ${bytes > fileBytesMax ? 'text-critical' : 'text-ink-2'}`}>
            {t(bytes > fileBytesMax ? 'agent.files.tooLarge' : 'agent.files.size', { bytes, max: fileBytesMax })}
          </p>
        </div>
      )}
      <LeaveDialog blocker={blocker} discard={work.discard} />
    </section>
  )
}

/** How many passages were taken out, and the one way on: to write the file anew. */
function Redacted({ work, name, count, may }: { work: FileWork; name: string; count: number; may: boolean }) {
  const t = useT()
  const id = useId()
  const [isAsking, setAsking] = useState(false)
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md bg-medium-soft px-3 py-2 text-xs text-medium">
      <p id={id} className="min-w-0 flex-1">
        {t('agent.files.redacted', { count })}
      </p>
      {may ? (
        <button type="button" className="btn" aria-describedby={id} onClick={() => setAsking(true)}>
          {t('agent.files.replace')}
        </button>
      ) : null}
      <Confirm
        open={isAsking}
        close={() => setAsking(false)}
        title={t('agent.files.replaceTitle', { name })}
        body={t('agent.files.replaceBody')}
        action={t('agent.files.replace')}
        danger
        onConfirm={async () => work.write('')}
      />
    </div>
  )
}
