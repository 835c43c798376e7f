import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import type { Drift, Snapshot } from '../../../../worker/features/snapshots/contract.ts'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Empty, Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { versionsQuery } from '../queries.ts'
import type { HistorySearch, View } from './place.ts'
import { VersionRow } from './version-row.tsx'

/** The versions of one scope, the newest first. */
export function Timeline(props: {
  agentId: string
  scope: SnapshotScope
  /** What is open beside or instead of the list. */
  view: View
  drift: Drift | undefined
  mayGoBack: boolean
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  const list = useInfiniteQuery(versionsQuery(props.agentId, props.scope))
  const versions = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.isPending) return <Skeleton rows={6} height={72} />
  if (list.isError && !list.data)
    return <Failed what={t('snapshots.failed')} error={list.error} retry={() => void list.refetch()} />
  const newest = versions[0]
  if (!newest)
    return (
      <Empty
        icon={<History size={20} strokeWidth={1.75} aria-hidden />}
        title={t('snapshots.none')}
        body={t(`snapshots.noneBody.${props.scope}`)}
      />
    )
  return (
    <>
      <ol aria-label={t('snapshots.title')} className="hairlines -mx-2">
        {versions.map((one) => (
          <VersionRow
            key={one.id}
            one={one}
            isShown={isShown(props.view, one)}
            isNewest={one === newest}
            isTrusted={one.version === props.drift?.trusted?.version}
            mayGoBack={props.mayGoBack && one !== newest}
            go={props.go}
          />
        ))}
      </ol>
      <NextPage of={list} isOlder />
    </>
  )
}

const isShown = (view: View, one: Snapshot): boolean => {
  if (view.kind === 'version') return one.version === view.version
  return view.kind === 'compare' && (one.version === view.to || (view.to === 'live' && one.version === view.from))
}
