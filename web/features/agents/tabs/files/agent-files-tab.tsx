import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { useT } from '../../../../i18n/use-t.ts'
import { useCan } from '../../../../session/queries.ts'
import { Empty, Note, Skeleton } from '../../../../ui/state.tsx'
import { filesQuery } from '../../at-gateway.ts'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'
import { useAgent } from '../agent-context.ts'
import { FileEditor } from './file-editor.tsx'
import { FileList } from './file-list.tsx'

/** The files that the gateway keeps for an agent, and the one that is open. */
export function AgentFilesTab() {
  const t = useT()
  const agent = useAgent()
  const may = useCan('agents.write')
  const { file } = useSearch({ from: '/room/agents/$id/files' })
  const found = useQuery(filesQuery(agent.id))
  const files = found.data?.files ?? []
  if (found.isPending) return <Skeleton rows={8} height={44} />
  if (!found.data)
    return <NotRead what={t('agent.files.failed')} error={found.error} retry={() => void found.refetch()} />
  if (files.length === 0)
    return (
      <Empty
        icon={<FileText size={20} strokeWidth={1.75} aria-hidden />}
        title={t('agent.files.none')}
        body={t('agent.files.noneBody')}
      />
    )
  return (
    <>
      <FreshnessNote freshness={found.data.freshness} />
      {found.data.isComplete ? null : <Note tone="warn">{t('agent.incomplete')}</Note>}
      <div className="grid items-start gap-x-8 gap-y-4 md:grid-cols-[minmax(200px,260px)_minmax(0,1fr)]">
        <div className={file ? 'max-md:hidden' : ''}>
          <FileList agentId={agent.id} files={files} />
        </div>
        <div className={`min-w-0 ${file ? '' : 'max-md:hidden'}`}>
          {!may ? (
            <Note>{t('agent.files.mayNot')}</Note>
          ) : file ? (
            <FileEditor key={`${agent.id} ${file}`} agent={agent} name={file} />
          ) : (
            <p className="border-y border-line py-3 text-ink-2">{t('agent.files.choose')}</p>
          )}
        </div>
      </div>
    </>
  )
}
