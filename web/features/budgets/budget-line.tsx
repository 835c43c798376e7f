import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Budget } from '../../../worker/features/budgets/contract.ts'
import { cost } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Bar } from './bar.tsx'
import { Breaker, BudgetState } from './state.tsx'
import { percentOf, scopeText } from './words.ts'

/** A budget in a few words, where it is not the subject: the whole of it leads to its page. */
export function BudgetLine({ budget }: { budget: Budget }) {
  const t = useT()
  const locale = useLocale()
  const { standing } = budget
  return (
    <li>
      <div className="relative -mx-2 rounded-md px-2 py-2.5 hover:bg-sunken">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <Link
            to="/budgets/$id"
            params={{ id: budget.id }}
            className="min-w-0 flex-1 truncate after:absolute after:inset-0"
          >
            {budget.name}
          </Link>
          <BudgetState state={standing.state} />
        </div>
        <div className="my-1.5">
          <Bar standing={standing} />
        </div>
        <p className="tnum flex flex-wrap justify-between gap-x-3 text-2xs text-ink-2">
          <span>
            {t('budgets.spentOf', {
              spent: cost(locale, standing.spentMicroUsd),
              limit: cost(locale, standing.allowedMicroUsd),
            })}
            {' · '}
            {t('budgets.percent', { percent: percentOf(standing) })}
          </span>
          <span className="truncate">
            {scopeText(t, budget.scope)} · {t(`budgets.each.${budget.period}`)}
          </span>
        </p>
        <p className="flex flex-wrap gap-x-3">
          <Breaker breaker={standing.breaker} />
        </p>
      </div>
    </li>
  )
}
