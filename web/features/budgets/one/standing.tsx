import { useLocale } from 'use-intl'
import type { Budget } from '../../../../worker/features/budgets/contract.ts'
import { cost, number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Bar } from '../bar.tsx'
import { Overshoot } from '../overshoot.tsx'
import { PeriodLeft } from '../period-left.tsx'
import { BudgetState } from '../state.tsx'
import { percentOf } from '../words.ts'

/** What is spent of what is allowed in this period, and what may still come on top. */
export function Standing({ budget }: { budget: Budget }) {
  const t = useT()
  const locale = useLocale()
  const { standing } = budget
  const left = standing.allowedMicroUsd - standing.spentMicroUsd
  return (
    <section aria-label={t('budgets.standing')} className="rounded-lg border border-line bg-surface px-4 py-4 md:px-5">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p className="tnum text-2xl font-semibold tracking-tight">{cost(locale, standing.spentMicroUsd)}</p>
        <p className="tnum min-w-0 flex-1 text-ink-2">
          {t('budgets.of', { limit: cost(locale, standing.allowedMicroUsd) })}
          {' · '}
          {t('budgets.percent', { percent: percentOf(standing) })}
        </p>
        <BudgetState state={standing.state} />
      </div>
      <Bar large standing={standing} />
      <div className="mt-3 flex flex-wrap justify-between gap-x-6 gap-y-1 text-xs">
        <p className="tnum">
          {left > 0
            ? t('budgets.remains', { cost: cost(locale, left) })
            : t('budgets.beyond', { cost: cost(locale, -left) })}
          {standing.addedMicroUsd > 0 ? (
            <span className="text-ink-2">
              {' · '}
              {t('budgets.added', { cost: cost(locale, standing.addedMicroUsd) })}
            </span>
          ) : null}
        </p>
        <p>
          <PeriodLeft budget={budget} />
        </p>
      </div>
      <p className="mt-2 text-xs text-ink-2">
        <Overshoot standing={standing} />
      </p>
      {standing.unpricedRuns > 0 ? (
        <p className="mt-2 text-xs text-medium">
          {t('budgets.unpriced', {
            count: standing.unpricedRuns,
            runs: number(locale, standing.runs),
          })}
        </p>
      ) : null}
    </section>
  )
}
