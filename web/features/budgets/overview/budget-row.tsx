import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Budget } from '../../../../worker/features/budgets/contract.ts'
import { cost } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Bar } from '../bar.tsx'
import { Overshoot } from '../overshoot.tsx'
import { PeriodLeft } from '../period-left.tsx'
import { Breaker, BudgetState } from '../state.tsx'
import { percentOf, scopeText } from '../words.ts'

export const columns = 'md:grid md:grid-cols-[minmax(160px,1fr)_minmax(220px,1.3fr)_150px_170px] md:gap-x-6'

/** One budget on one line: the whole of it leads to its page, what holds it leads to that. */
export function BudgetRow({ budget }: { budget: Budget }) {
  const t = useT()
  const locale = useLocale()
  const { standing } = budget
  return (
    <li>
      <div className={`relative -mx-2 flex flex-wrap gap-x-4 gap-y-2 rounded-md px-2 py-3 hover:bg-sunken ${columns}`}>
        <div className="min-w-0 max-md:flex-1">
          <Link
            to="/budgets/$id"
            params={{ id: budget.id }}
            className="block truncate font-medium after:absolute after:inset-0"
          >
            {budget.name}
          </Link>
          <p className="truncate text-2xs text-ink-2">{scopeText(t, budget.scope)}</p>
          {budget.scope.kind === 'group' || budget.scope.kind === 'model' ? (
            <p className="text-2xs text-ink-3">{t('budgets.covers', { count: budget.scope.agents })}</p>
          ) : null}
        </div>
        <div className="min-w-0 max-md:order-last max-md:basis-full">
          <p className="tnum mb-1.5 flex items-baseline gap-2 text-xs">
            <span className="font-medium">{cost(locale, standing.spentMicroUsd)}</span>
            <span className="min-w-0 flex-1 truncate text-ink-2">
              {t('budgets.of', { limit: cost(locale, standing.allowedMicroUsd) })}
            </span>
            <span className="text-ink-2">{t('budgets.percent', { percent: percentOf(standing) })}</span>
          </p>
          <Bar standing={standing} />
          {standing.openRuns > 0 ? (
            <p className="mt-1.5 text-2xs text-ink-2">
              <Overshoot standing={standing} />
            </p>
          ) : null}
        </div>
        <div className="flex flex-col items-start gap-1">
          <BudgetState state={standing.state} />
          <Breaker breaker={standing.breaker} />
        </div>
        <div className="text-xs max-md:order-last max-md:basis-full md:text-right">
          <PeriodLeft budget={budget} />
        </div>
      </div>
    </li>
  )
}
