import { useInfiniteQuery } from '@tanstack/react-query'
import { Gauge, Plus } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Page } from '../../../ui/page.tsx'
import { Empty, Failed, NextPage, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { CreateDialog } from '../form/create-dialog.tsx'
import { budgetsQuery } from '../queries.ts'
import { BudgetRow, columns } from './budget-row.tsx'

/** Each budget against its limit, what it holds, and what is left of its period. */
export function BudgetsPage() {
  const t = useT()
  const mayWrite = useCan('budgets.write')
  const list = useInfiniteQuery(budgetsQuery)
  const [creates, setCreates] = useState(false)
  const budgets = list.data?.pages.flatMap((page) => page.items) ?? []
  const dataAsOf = list.data?.pages[0]?.dataAsOf
  const create = mayWrite ? (
    <button type="button" className="btn btn-primary" onClick={() => setCreates(true)}>
      <Plus size={15} aria-hidden />
      {t('budgets.create')}
    </button>
  ) : null
  return (
    <Page
      title={t('nav.budgets')}
      actions={budgets.length > 0 ? create : null}
      lead={
        <span className="flex flex-wrap gap-x-4 gap-y-1">
          <span>{t('budgets.lead')}</span>
          {dataAsOf ? (
            <span>
              {t('cost.asOf')} <Ago at={dataAsOf} />
            </span>
          ) : null}
        </span>
      }
    >
      {list.isPending ? (
        <Skeleton rows={4} height={72} />
      ) : list.isError && !list.data ? (
        <Failed what={t('budgets.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : budgets.length === 0 ? (
        <Empty
          icon={<Gauge size={20} strokeWidth={1.75} aria-hidden />}
          title={t('budgets.empty.title')}
          body={t(mayWrite ? 'budgets.empty.body' : 'budgets.empty.mayNot')}
        >
          {create}
        </Empty>
      ) : (
        <div className="space-y-4">
          {list.isError ? <Note tone="warn">{t('budgets.stale')}</Note> : null}
          {mayWrite ? null : <Note>{t('budgets.mayNot')}</Note>}
          <div>
            <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
              <span>{t('budgets.column.name')}</span>
              <span>{t('budgets.column.spent')}</span>
              <span>{t('budgets.column.state')}</span>
              <span className="text-right">{t('budgets.column.period')}</span>
            </div>
            <ul aria-label={t('nav.budgets')} className="divide-y divide-line border-b border-line max-md:border-t">
              {budgets.map((budget) => (
                <BudgetRow key={budget.id} budget={budget} />
              ))}
            </ul>
            <NextPage of={list} />
          </div>
        </div>
      )}
      {creates ? <CreateDialog close={() => setCreates(false)} /> : null}
    </Page>
  )
}
