import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plug, Plus } from 'lucide-react'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { HealthDot } from '../health/health-dot.tsx'
import { ConnectorState, LastSeen } from './connector-state.tsx'
import { connectorsQuery } from './queries.ts'

const columns = 'md:grid md:grid-cols-[minmax(160px,1.6fr)_150px_minmax(110px,1fr)_80px_120px_110px] md:gap-x-4'

export function ConnectorsPage() {
  const t = useT()
  const list = useQuery(connectorsQuery)
  const may = useCan('connectors.write')
  const connectors = list.data?.items ?? []
  const add = may ? (
    <Link to="/connectors/new" className="btn btn-primary">
      <Plus size={15} aria-hidden />
      {t('connectors.add')}
    </Link>
  ) : null
  return (
    <Page title={t('connectors.title')} lead={t('connectors.lead')} actions={connectors.length > 0 ? add : null}>
      {list.isPending ? (
        <Skeleton rows={5} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('connectors.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : connectors.length === 0 ? (
        <Empty
          icon={<Plug size={20} strokeWidth={1.75} aria-hidden />}
          title={t('connectors.empty.title')}
          body={t('connectors.empty.body')}
        >
          {add ?? <p className="text-xs text-ink-2">{t('connectors.mayNot')}</p>}
        </Empty>
      ) : (
        <>
          <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
            <span>{t('connectors.column.name')}</span>
            <span>{t('connectors.column.state')}</span>
            <span>{t('connectors.column.gateway')}</span>
            <span className="text-right">{t('connectors.column.agents')}</span>
            <span>{t('connectors.column.version')}</span>
            <span className="text-right">{t('connectors.column.lastSeen')}</span>
          </div>
          <ul aria-label={t('connectors.title')} className="divide-y divide-line border-b border-line max-md:border-t">
            {connectors.map((connector) => (
              <Row key={connector.id} connector={connector} />
            ))}
          </ul>
        </>
      )}
    </Page>
  )
}

function Row({ connector }: { connector: Connector }) {
  const t = useT()
  return (
    <li>
      <Link
        to="/connectors/$id"
        params={{ id: connector.id }}
        className={`-mx-2 flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md px-2 py-2.5 hover:bg-sunken md:min-h-11 md:py-1.5 ${columns}`}
      >
        <span className="truncate font-medium max-md:flex-1">{connector.name}</span>
        <span className="flex min-w-0 flex-col gap-0.5">
          <ConnectorState connector={connector} />
          {connector.state === 'online' && connector.health !== 'healthy' ? (
            <HealthDot
              state={connector.health}
              causes={connector.healthCauses}
              isFlapping={connector.isFlapping}
              quiet
            />
          ) : null}
        </span>
        <span className="truncate text-ink-2 max-md:basis-full max-md:text-2xs">
          {connector.gateway.version
            ? t('connectors.openclaw', { version: connector.gateway.version })
            : t('state.none')}
        </span>
        <span className="tnum text-right max-md:text-2xs max-md:text-ink-2">
          <span className="md:sr-only">{t('connectors.column.agents')} </span>
          {connector.agents}
        </span>
        <span className="truncate font-mono text-2xs text-ink-2 max-md:hidden">
          {connector.version ?? t('state.none')}
        </span>
        <span className="text-right text-2xs text-ink-2 max-md:ml-auto">
          <LastSeen connector={connector} />
        </span>
      </Link>
    </li>
  )
}
