import { useLocale } from 'use-intl'
import type { Budget } from '../../../worker/features/budgets/contract.ts'
import { absolute, remaining } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'

/** How long the present period goes on, and by whose clock. */
export function PeriodLeft({ budget }: { budget: Pick<Budget, 'period' | 'timeZone' | 'standing'> }) {
  const t = useT()
  const locale = useLocale()
  const end = Date.parse(budget.standing.end)
  const left = end - useNow()
  return (
    <>
      <span className="tnum whitespace-nowrap" title={absolute(locale, end)}>
        {left > 0 ? t('budgets.left', { time: remaining(locale, left) }) : t('budgets.over')}
      </span>
      <span className="block text-2xs text-ink-2 max-md:ml-2 max-md:inline">
        {t(`budgets.each.${budget.period}`)} · {budget.timeZone}
      </span>
    </>
  )
}
