import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'
import { Breakdown } from './breakdown.tsx'
import { byAgentQuery, byConnectorQuery, byModelQuery } from './queries.ts'
import type { CostRange } from './range.ts'

interface Part {
  range: CostRange
  /** What the range cost as a whole, in micro-USD. */
  whole: number
}

export function ByAgent({ range, whole }: Part) {
  const t = useT()
  const list = useInfiniteQuery(byAgentQuery(range))
  const rows = list.data?.pages.flatMap((page) => page.items)
  return (
    <Breakdown
      title={t('cost.by.agent')}
      column={t('cost.column.agent')}
      totalMicroUsd={whole}
      {...partOf(list)}
      rows={rows?.map((row) => ({
        ...row,
        key: `${row.connectorId} ${row.externalId}`,
        name: row.agentId ? (
          <Link to="/agents/$id" params={{ id: row.agentId }} className="hover:underline">
            {row.name}
          </Link>
        ) : (
          row.name
        ),
      }))}
    />
  )
}

export function ByModel({ range, whole }: Part) {
  const t = useT()
  const list = useInfiniteQuery(byModelQuery(range))
  const rows = list.data?.pages.flatMap((page) => page.items)
  return (
    <Breakdown
      title={t('cost.by.model')}
      column={t('cost.column.model')}
      totalMicroUsd={whole}
      {...partOf(list)}
      rows={rows?.map((row) => ({
        ...row,
        key: row.model ?? '',
        name: row.model ? <code className="font-mono text-2xs">{row.model}</code> : t('cost.noModel'),
      }))}
    />
  )
}

export function ByConnector({ range, whole }: Part) {
  const t = useT()
  const list = useInfiniteQuery(byConnectorQuery(range))
  const rows = list.data?.pages.flatMap((page) => page.items)
  return (
    <Breakdown
      title={t('cost.by.connector')}
      column={t('cost.column.connector')}
      totalMicroUsd={whole}
      {...partOf(list)}
      rows={rows?.map((row) => ({
        ...row,
        key: row.connectorId,
        name: row.name ? (
          <Link to="/connectors/$id" params={{ id: row.connectorId }} className="hover:underline">
            {row.name}
          </Link>
        ) : (
          t('cost.removedConnector')
        ),
      }))}
    />
  )
}

const partOf = (list: {
  error: unknown
  refetch: () => unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}) => ({
  error: list.error,
  retry: () => void list.refetch(),
  more: list.hasNextPage ? { load: () => void list.fetchNextPage(), isLoading: list.isFetchingNextPage } : null,
})
