import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { NotebookText } from 'lucide-react'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Empty, Note, Skeleton } from '../../ui/state.tsx'
import { FreshnessNote } from '../agents/freshness-note.tsx'
import { NotRead } from '../agents/not-read.tsx'
import { useAgent } from '../agents/tabs/agent-context.ts'
import { FileList } from './file-list.tsx'
import { MemoryFilePane } from './file-pane.tsx'
import { NewFile } from './new-file.tsx'
import { memoryFilesQuery } from './queries.ts'
import { SearchBox } from './search-box.tsx'
import { SearchResults } from './search-results.tsx'

/** What an agent has written down for itself: its files, the one that is open, and a search over all of them. */
export function AgentMemoryTab() {
  const t = useT()
  const agent = useAgent()
  const navigate = useNavigate()
  const mayRead = useCan('memory.read')
  const { file, q = '' } = useSearch({ from: '/room/agents/$id/memory' })
  const found = useQuery(memoryFilesQuery(agent.id))
  const go = (search: { file?: string; q?: string }) =>
    void navigate({ to: '/agents/$id/memory', params: { id: agent.id }, search, resetScroll: false })
  if (found.isPending) return <Skeleton rows={8} height={44} />
  if (!found.data) return <NotRead what={t('memory.failed')} error={found.error} retry={() => void found.refetch()} />
  const { files, isComplete, reach, freshness } = found.data
  if (!mayRead) return <Note>{t('memory.mayNot')}</Note>
  return (
    <>
      <FreshnessNote freshness={freshness} />
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <SearchBox query={q} search={(query) => go(query ? { q: query } : {})} />
        <NewFile onlyMain={reach === 'main_only'} open={(path) => go({ file: path })} />
      </div>
      {reach === 'main_only' ? <Note>{t('memory.mainOnly')}</Note> : null}
      {isComplete ? null : <Note tone="warn">{t('memory.notAll')}</Note>}
      {q && !file ? (
        <SearchResults query={q} agentId={agent.id} />
      ) : files.length === 0 && !file ? (
        <Empty
          icon={<NotebookText size={20} strokeWidth={1.75} aria-hidden />}
          title={t('memory.none')}
          body={t('memory.noneBody')}
        />
      ) : (
        <div className="mt-2 grid items-start gap-x-8 gap-y-4 md:grid-cols-[minmax(200px,260px)_minmax(0,1fr)]">
          <div className={file ? 'max-md:hidden' : ''}>
            <FileList agentId={agent.id} files={files} />
          </div>
          <div className={`min-w-0 ${file ? '' : 'max-md:hidden'}`}>
            {file ? (
              <MemoryFilePane key={`${agent.id} ${file}`} agent={agent} path={file} reach={reach} />
            ) : (
              <p className="border-y border-line py-3 text-ink-2">{t('memory.choose')}</p>
            )}
          </div>
        </div>
      )}
    </>
  )
}
