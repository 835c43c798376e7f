import { useInfiniteQuery } from '@tanstack/react-query'
import { History as HistoryIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { useNow } from '../../use-now.ts'
import { ApprovalDetail } from './approval-detail.tsx'
import { ApprovalRow } from './approval-row.tsx'
import { closedApprovalsQuery } from './queries.ts'
import { Split } from './split.tsx'

/** What has been decided, has expired, or could not be delivered; newest first. */
export function History(props: { head: ReactNode; id: string | undefined; open: (id: string | null) => void }) {
  const t = useT()
  const now = useNow()
  const closed = useInfiniteQuery(closedApprovalsQuery)
  const [expanded, setExpanded] = useState(false)
  const items = closed.data?.pages.flatMap((page) => page.items) ?? []
  const current = items.find((one) => one.id === props.id) ?? (props.id ? undefined : items[0])
  return (
    <Split
      open={props.id !== undefined}
      detailName={t('approvals.detail')}
      list={
        <>
          {props.head}
          <div className="min-h-0 flex-1 overflow-y-auto py-2">
            {closed.isPending ? (
              <div className="px-4">
                <Skeleton rows={8} height={64} />
              </div>
            ) : closed.isError && !closed.data ? (
              <Failed what={t('approvals.failed')} error={closed.error} retry={() => void closed.refetch()} />
            ) : items.length === 0 ? (
              <Empty
                icon={<HistoryIcon size={20} strokeWidth={1.75} aria-hidden />}
                title={t('approvals.noHistory.title')}
                body={t('approvals.noHistory.body')}
              />
            ) : (
              <ul>
                {items.map((one) => (
                  <ApprovalRow
                    key={one.id}
                    approval={one}
                    own={undefined}
                    current={one.id === current?.id}
                    now={now}
                    open={() => props.open(one.id)}
                  />
                ))}
              </ul>
            )}
            {closed.hasNextPage ? (
              <div className="px-4 pt-3">
                <button
                  type="button"
                  className="btn w-full"
                  disabled={closed.isFetchingNextPage}
                  onClick={() => void closed.fetchNextPage()}
                >
                  {t('state.older')}
                </button>
              </div>
            ) : null}
          </div>
        </>
      }
      detail={
        current ? (
          <ApprovalDetail
            key={current.id}
            approval={current}
            own={undefined}
            now={now}
            expanded={expanded}
            toggleExpanded={() => setExpanded((open) => !open)}
            back={() => props.open(null)}
            bar={null}
          />
        ) : null
      }
    />
  )
}
