import { useLocale } from 'use-intl'
import type { Budget } from '../../../worker/features/budgets/contract.ts'
import { cost } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

/** By how much the limit may be passed, in words: runs tell what they used when they end. */
export function Overshoot({ standing }: { standing: Budget['standing'] }) {
  const t = useT()
  const locale = useLocale()
  const { openRuns, overshootEstimateMicroUsd: estimate } = standing
  if (openRuns === 0) return <>{t('budgets.overshoot.none')}</>
  return (
    <>
      {estimate === null
        ? t('budgets.overshoot.unknown', { count: openRuns })
        : t('budgets.overshoot.about', { count: openRuns, cost: cost(locale, estimate) })}
    </>
  )
}
