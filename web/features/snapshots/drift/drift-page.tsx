import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { FileCheck2 } from 'lucide-react'
import { useState } from 'react'
import { snapshotScopes } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Filter } from '../../../ui/field.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { resourceGroupsQuery } from '../../agents/queries.ts'
import { connectorsQuery } from '../../connectors/queries.ts'
import { type Acceptable, AcceptDialog } from './accept-dialog.tsx'
import { DriftRow } from './drift-row.tsx'
import { Ignores } from './ignores.tsx'
import { driftedQuery } from './queries.ts'

const risks = ['medium', 'high', 'critical'] as const

/** Every agent that somebody changed at its gateway, and what is not told as such. */
export function DriftPage() {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/room/drift' })
  const may = useCan('agents.write')
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const groups = useQuery(resourceGroupsQuery).data?.items ?? []
  const [accepting, setAccepting] = useState<Acceptable | null>(null)
  const { connector, group, scope, risk } = search
  const list = useInfiniteQuery(driftedQuery({ connectorId: connector, resourceGroup: group, scope, risk }))
  const drifted = list.data?.pages.flatMap((page) => page.items) ?? []
  const isNarrowed = Object.values(search).some(Boolean)
  const choose = (change: typeof search) =>
    void navigate({ to: '/drift', search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <Page title={t('snapshots.drift.pageTitle')} lead={t('snapshots.drift.lead')}>
      <div className="mb-4 flex flex-wrap gap-2">
        <Filter
          label={t('snapshots.drift.filter.risk')}
          value={risk ?? ''}
          onChange={(event) => choose({ risk: event.target.value })}
        >
          <option value="">{t('snapshots.drift.filter.anyRisk')}</option>
          {risks.map((one) => (
            <option key={one} value={one}>
              {t('snapshots.drift.filter.atLeast', { risk: t(`risk.${one}`) })}
            </option>
          ))}
        </Filter>
        <Filter
          label={t('snapshots.scopes')}
          value={scope ?? ''}
          onChange={(event) => choose({ scope: event.target.value })}
        >
          <option value="">{t('snapshots.drift.filter.anyScope')}</option>
          {snapshotScopes.map((one) => (
            <option key={one} value={one}>
              {t(`snapshots.scope.${one}`)}
            </option>
          ))}
        </Filter>
        <Filter
          label={t('snapshots.drift.filter.connector')}
          value={connector ?? ''}
          onChange={(event) => choose({ connector: event.target.value })}
        >
          <option value="">{t('snapshots.drift.filter.anyConnector')}</option>
          {connectors.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Filter>
        {groups.length > 0 ? (
          <Filter
            label={t('snapshots.drift.filter.group')}
            value={group ?? ''}
            onChange={(event) => choose({ group: event.target.value })}
          >
            <option value="">{t('snapshots.drift.filter.anyGroup')}</option>
            {groups.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Filter>
        ) : null}
      </div>
      {list.isPending ? (
        <Skeleton rows={5} height={76} />
      ) : list.isError && !list.data ? (
        <Failed what={t('snapshots.drift.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : drifted.length === 0 && !list.hasNextPage ? (
        <Empty
          icon={<FileCheck2 size={20} strokeWidth={1.75} aria-hidden />}
          title={t(isNarrowed ? 'snapshots.drift.noneNarrowed' : 'snapshots.drift.none')}
          body={t('snapshots.drift.noneBody')}
        />
      ) : (
        <ul aria-label={t('snapshots.drift.pageTitle')} className="hairlines">
          {drifted.map((one) => (
            <DriftRow
              key={`${one.agentId} ${one.scope}`}
              one={one}
              connector={connectors.find(({ id }) => id === one.connectorId)?.name}
              accept={may ? () => setAccepting(one) : null}
            />
          ))}
        </ul>
      )}
      <NextPage of={list} />
      <Ignores />
      {accepting ? <AcceptDialog drift={accepting} close={() => setAccepting(null)} /> : null}
    </Page>
  )
}
