import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { History as HistoryIcon } from 'lucide-react'
import { useState } from 'react'
import { decisionOutcomes } from '../../../worker/features/approvals/contract.ts'
import { approvalSources } from '../../../worker/features/rules/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Filter } from '../../ui/field.tsx'
import { useTitle } from '../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { useNow } from '../../use-now.ts'
import { AgentSelect } from '../agents/agent-select.tsx'
import { ApprovalRow } from './approval-row.tsx'
import { ApprovalDetail } from './detail/approval-detail.tsx'
import { approvalQuery, historyQuery } from './queries.ts'
import { sourceKey } from './source-key.ts'
import { Split } from './split.tsx'
import { useInboxKeys } from './use-inbox-keys.ts'

/** What has been decided, has expired, or could not be delivered; newest first. */
export function HistoryPage() {
  const t = useT()
  useTitle(t('approvals.places.history'))
  const now = useNow()
  const { id, ...choice } = useSearch({ from: '/room/approvals/history' })
  const navigate = useNavigate()
  const closed = useInfiniteQuery(
    historyQuery({ agentId: choice.agent, risk: choice.risk, source: choice.source, outcome: choice.outcome }),
  )
  const [expanded, setExpanded] = useState(false)
  const items = closed.data?.pages.flatMap((page) => page.items) ?? []
  const listed = items.find((one) => one.id === id)
  const linked = useQuery({ ...approvalQuery(id ?? ''), enabled: id !== undefined && !listed })
  const current = listed ?? (id ? linked.data : items[0])
  const open = (next: string | null) =>
    void navigate({ to: '/approvals/history', search: { ...choice, ...(next ? { id: next } : {}) }, replace: true })
  const move = (steps: number) => {
    const at = items.findIndex((one) => one.id === current?.id)
    const next = items[Math.max(0, Math.min(items.length - 1, at + steps))]
    if (next) open(next.id)
  }
  useInboxKeys({ move, expand: () => setExpanded((isOpen) => !isOpen) })
  const isFiltered = Object.values(choice).some((value) => value !== undefined)
  return (
    <>
      <h1 className="sr-only">{t('approvals.places.history')}</h1>
      <Split
        open={id !== undefined}
        detailName={t('approvals.detail')}
        list={
          <>
            <Filters choice={choice} />
            <div className="min-h-0 flex-1 overflow-y-auto pt-1 pb-4">
              {closed.isPending ? (
                <div className="px-4">
                  <Skeleton rows={8} height={72} />
                </div>
              ) : closed.isError && !closed.data ? (
                <Failed what={t('approvals.failed')} error={closed.error} retry={() => void closed.refetch()} />
              ) : items.length === 0 ? (
                <Empty
                  icon={<HistoryIcon size={20} strokeWidth={1.75} aria-hidden />}
                  title={isFiltered ? t('approvals.noMatch.title') : t('approvals.noHistory.title')}
                  body={isFiltered ? t('approvals.noMatch.body') : t('approvals.noHistory.body')}
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
                      open={() => open(one.id)}
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
              toggleExpanded={() => setExpanded((isOpen) => !isOpen)}
              back={() => open(null)}
              bar={null}
            />
          ) : linked.isError ? (
            <Failed what={t('approvals.oneFailed')} error={linked.error} retry={() => void linked.refetch()} />
          ) : null
        }
      />
    </>
  )
}

type Choice = { agent?: string; risk?: string; source?: string; outcome?: string }

function Filters({ choice }: { choice: Choice }) {
  const t = useT()
  const navigate = useNavigate()
  const choose = (change: Choice) =>
    void navigate({ to: '/approvals/history', search: { ...choice, ...change }, replace: true })
  return (
    <div className="grid shrink-0 grid-cols-2 gap-2 border-b border-line px-2 py-2 md:px-3">
      <Filter
        label={t('approvals.history.outcome')}
        value={choice.outcome ?? ''}
        onChange={(event) => choose({ outcome: event.target.value })}
      >
        <option value="">{t('approvals.history.anyOutcome')}</option>
        {decisionOutcomes.map((outcome) => (
          <option key={outcome} value={outcome}>
            {t(`outcome.${outcome}`)}
          </option>
        ))}
      </Filter>
      <AgentSelect
        label={t('approvals.history.agent')}
        none={t('approvals.history.anyAgent')}
        value={choice.agent ?? ''}
        choose={(agent) => choose({ agent })}
      />
      <Filter
        label={t('approvals.history.risk')}
        value={choice.risk ?? ''}
        onChange={(event) => choose({ risk: event.target.value })}
      >
        <option value="">{t('approvals.history.anyRisk')}</option>
        {risks.map((risk) => (
          <option key={risk} value={risk}>
            {t(`risk.${risk}`)}
          </option>
        ))}
      </Filter>
      <Filter
        label={t('approvals.history.source')}
        value={choice.source ?? ''}
        onChange={(event) => choose({ source: event.target.value })}
      >
        <option value="">{t('approvals.history.anySource')}</option>
        {approvalSources.map((source) => (
          <option key={source} value={source}>
            {t(`approvals.source.${sourceKey(source)}`)}
          </option>
        ))}
      </Filter>
    </div>
  )
}
