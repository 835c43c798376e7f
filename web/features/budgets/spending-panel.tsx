import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { serverNow } from '../../clock.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Section } from '../../ui/page.tsx'
import { CostText } from '../cost/cost-text.tsx'
import { summaryQuery } from '../cost/queries.ts'
import { rangeOf } from '../cost/range.ts'
import { BudgetLine } from './budget-line.tsx'
import { budgetsQuery } from './queries.ts'
import { percentOf } from './words.ts'

/** The list of budgets has the rest. */
const shownMax = 3

/** For the overview: what this month cost, and the budgets that are nearest to their limits. */
export function SpendingPanel() {
  const t = useT()
  const mayRead = useCan('cost.read')
  const month = useQuery({ ...summaryQuery(rangeOf({ days: 'month' }, serverNow())), enabled: mayRead })
  const list = useInfiniteQuery({ ...budgetsQuery, enabled: mayRead })
  if (!mayRead) return null
  const budgets = list.data?.pages.flatMap((page) => page.items) ?? []
  const nearest = budgets.toSorted((a, b) => percentOf(b.standing) - percentOf(a.standing)).slice(0, shownMax)
  return (
    <Section
      title={t('budgets.panel.title')}
      className="max-lg:order-2"
      aside={
        <Link to="/budgets" className="aside-link">
          {t('budgets.panel.all')}
        </Link>
      }
    >
      {month.isError && list.isError ? (
        <p className="border-y border-line py-3 text-ink-2">{t('budgets.panel.failed')}</p>
      ) : (
        <ul className="hairlines">
          <li>
            <Link
              to="/cost"
              search={{ days: 'month' }}
              className="-mx-2 flex items-baseline gap-3 rounded-md px-2 py-2.5 hover:bg-sunken"
            >
              <span className="flex-1">{t('cost.range.preset.month')}</span>
              <span className="tnum text-base font-semibold">
                {month.data ? <CostText microUsd={month.data.total.costMicroUsd} /> : '—'}
              </span>
            </Link>
          </li>
          {nearest.map((budget) => (
            <BudgetLine key={budget.id} budget={budget} />
          ))}
          {list.data && budgets.length === 0 ? <li className="py-2.5 text-ink-2">{t('budgets.panel.none')}</li> : null}
        </ul>
      )}
      {budgets.length > shownMax ? (
        <p className="pt-2 text-2xs text-ink-2">{t('budgets.panel.more', { count: budgets.length - shownMax })}</p>
      ) : null}
    </Section>
  )
}
