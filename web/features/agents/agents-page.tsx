import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bot, Plus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, NextPage, Note, Skeleton } from '../../ui/state.tsx'
import { connectorsQuery } from '../connectors/queries.ts'
import { AgentRow, columns } from './list/agent-row.tsx'
import { DescribeDialog } from './list/describe-dialog.tsx'
import { Filters } from './list/filters.tsx'
import { RegisterDialog } from './list/register-dialog.tsx'
import { RemoveDialog } from './list/remove-dialog.tsx'
import { filterOf, useAgentFilter } from './list/use-agent-filter.ts'
import { agentsQuery } from './queries.ts'

type Asked = { act: 'register' } | { act: 'describe' | 'remove'; agent: Agent }

/** One list over all connectors. */
export function AgentsPage() {
  const t = useT()
  const filtering = useAgentFilter()
  const { search, choose } = filtering
  const query = useDeferredValue(search.q)
  const list = useInfiniteQuery(agentsQuery(filterOf(search, query)))
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const mayWrite = useCan('agents.write')
  const [asked, setAsked] = useState<Asked | null>(null)
  const agents = list.data?.pages.flatMap((page) => page.items) ?? []
  const close = () => setAsked(null)
  return (
    <Page
      title={t('agents.title')}
      lead={t('agents.lead')}
      actions={
        mayWrite && connectors.length > 0 ? (
          <button type="button" className="btn btn-primary" onClick={() => setAsked({ act: 'register' })}>
            <Plus size={15} aria-hidden />
            {t('registry.register')}
          </button>
        ) : null
      }
    >
      <Filters {...filtering} />
      {list.isError && list.data ? (
        <div className="mb-3">
          <Note tone="warn">{t('registry.stale')}</Note>
        </div>
      ) : null}
      {list.isPending ? (
        <Skeleton rows={8} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('agents.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : agents.length === 0 ? (
        <NoAgents filtered={filtering.chosen > 0} connected={connectors.length > 0} />
      ) : (
        <>
          <Heads />
          <ul
            aria-label={t('agents.title')}
            aria-busy={list.isPlaceholderData}
            className={`divide-y divide-line border-b border-line transition-opacity max-md:border-t ${list.isPlaceholderData ? 'opacity-60' : ''}`}
          >
            {agents.map((agent) => (
              <AgentRow
                key={agent.id}
                agent={agent}
                chooseTag={(tag) => choose({ tag })}
                acts={
                  mayWrite
                    ? {
                        describe: () => setAsked({ act: 'describe', agent }),
                        remove: () => setAsked({ act: 'remove', agent }),
                      }
                    : null
                }
              />
            ))}
          </ul>
          <NextPage of={list} />
        </>
      )}
      {asked?.act === 'register' ? <RegisterDialog close={close} /> : null}
      {asked?.act === 'describe' ? <DescribeDialog agent={asked.agent} close={close} /> : null}
      {asked?.act === 'remove' ? <RemoveDialog agent={asked.agent} close={close} /> : null}
    </Page>
  )
}

function Heads() {
  const t = useT()
  return (
    <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
      <span>{t('agents.column.name')}</span>
      <span>{t('agents.column.state')}</span>
      <span>{t('registry.health')}</span>
      <span>{t('agents.column.model')}</span>
      <span>{t('agents.column.connector')}</span>
      <span>{t('registry.groupAndOwner')}</span>
      <span className="text-right">{t('agents.column.pending')}</span>
      <span className="text-right">{t('agents.column.lastActive')}</span>
    </div>
  )
}

function NoAgents({ filtered, connected }: { filtered: boolean; connected: boolean }) {
  const t = useT()
  const key = filtered ? 'filtered' : connected ? 'waiting' : 'new'
  return (
    <Empty
      icon={<Bot size={20} strokeWidth={1.75} aria-hidden />}
      title={t(`agents.empty.${key}.title`)}
      body={t(`agents.empty.${key}.body`)}
    >
      {key === 'new' ? (
        <Link to="/connectors/new" className="btn btn-primary">
          {t('connectors.add')}
        </Link>
      ) : key === 'waiting' ? (
        <Link to="/connectors" className="btn">
          {t('nav.connectors')}
        </Link>
      ) : null}
    </Empty>
  )
}
