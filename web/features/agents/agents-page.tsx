import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Bot } from 'lucide-react'
import { useDeferredValue } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip } from '../../ui/badge.tsx'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { connectorsQuery } from '../connectors/queries.ts'
import { HealthDot } from '../health/health-dot.tsx'
import { AgentState } from './agent-state.tsx'
import { agentsQuery } from './queries.ts'

const columns =
  'md:grid md:grid-cols-[minmax(160px,1.6fr)_minmax(110px,1fr)_minmax(120px,1.2fr)_120px_72px_104px] md:gap-x-4'

/** One list over all connectors. */
export function AgentsPage() {
  const t = useT()
  const { q, connector, state } = useSearch({ from: '/room/agents' })
  const navigate = useNavigate()
  const query = useDeferredValue(q)
  const list = useInfiniteQuery(agentsQuery({ query, connectorId: connector, state: state ?? 'active' }))
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const agents = list.data?.pages.flatMap((page) => page.items) ?? []
  const choose = (change: { q?: string; connector?: string; state?: string }) =>
    void navigate({ to: '/agents', search: (before) => ({ ...before, ...change }), replace: true })
  const filtered = Boolean(q || connector || state)
  return (
    <Page title={t('agents.title')} lead={t('agents.lead')}>
      <div className="mb-4 flex flex-wrap gap-2">
        <input
          type="search"
          aria-label={t('agents.search')}
          placeholder={t('agents.search')}
          className="field max-w-64 md:h-8 max-md:max-w-none"
          value={q ?? ''}
          maxLength={100}
          onChange={(event) => choose({ q: event.target.value })}
        />
        <Filter
          label={t('agents.column.connector')}
          value={connector ?? ''}
          onChange={(e) => choose({ connector: e.target.value })}
        >
          <option value="">{t('agents.allConnectors')}</option>
          {connectors.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Filter>
        <Filter
          label={t('agents.column.state')}
          value={state ?? 'active'}
          onChange={(e) => choose({ state: e.target.value === 'active' ? '' : e.target.value })}
        >
          <option value="active">{t('agents.state.active')}</option>
          <option value="removed">{t('agents.state.removed')}</option>
        </Filter>
      </div>
      {list.isPending ? (
        <Skeleton rows={8} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('agents.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : agents.length === 0 ? (
        <NoAgents filtered={filtered} connected={connectors.length > 0} />
      ) : (
        <>
          <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
            <span>{t('agents.column.name')}</span>
            <span>{t('agents.column.state')}</span>
            <span>{t('agents.column.model')}</span>
            <span>{t('agents.column.connector')}</span>
            <span className="text-right">{t('agents.column.pending')}</span>
            <span className="text-right">{t('agents.column.lastActive')}</span>
          </div>
          <ul aria-label={t('agents.title')} className="divide-y divide-line border-b border-line max-md:border-t">
            {agents.map((agent) => (
              <Row key={agent.id} agent={agent} />
            ))}
          </ul>
          {list.hasNextPage ? (
            <div className="py-4 text-center">
              <button
                type="button"
                className="btn"
                disabled={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t('state.more')}
              </button>
            </div>
          ) : null}
        </>
      )}
    </Page>
  )
}

function Row({ agent }: { agent: Agent }) {
  const t = useT()
  return (
    <li>
      <Link
        to="/agents/$id"
        params={{ id: agent.id }}
        className={`-mx-2 flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md px-2 py-2.5 hover:bg-sunken md:min-h-11 md:py-1.5 ${columns}`}
      >
        <span className="flex min-w-0 items-center gap-2 max-md:flex-1">
          <span className="truncate font-medium">{agent.name}</span>
          {agent.isDefault ? <Chip>{t('agents.default')}</Chip> : null}
        </span>
        <span className="flex min-w-0 flex-col gap-0.5 max-md:flex-row max-md:gap-3">
          <AgentState agent={agent} />
          <HealthDot state={agent.health} causes={agent.healthCauses} isFlapping={agent.isFlapping} quiet />
        </span>
        <span className="truncate font-mono text-2xs text-ink-2 max-md:basis-full">
          {agent.model ?? t('state.none')}
        </span>
        <span className="truncate text-ink-2 max-md:text-2xs">{agent.connectorName}</span>
        <span
          className={`tnum text-right max-md:text-2xs ${agent.pendingApprovals > 0 ? 'font-medium text-critical' : 'text-ink-3 max-md:hidden'}`}
        >
          <span className={agent.pendingApprovals > 0 ? 'md:sr-only' : 'sr-only'}>{t('agents.column.pending')} </span>
          {agent.pendingApprovals}
        </span>
        <span className="text-right text-2xs text-ink-2 max-md:ml-auto">
          {agent.lastActiveAt ? <Ago at={agent.lastActiveAt} /> : t('agents.never')}
        </span>
      </Link>
    </li>
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
