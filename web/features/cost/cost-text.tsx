import { useLocale } from 'use-intl'
import { cost } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

/** An amount; where runs have no price it is said so and no zero stands for it. */
export function CostText({ microUsd }: { microUsd: number | null }) {
  const t = useT()
  const locale = useLocale()
  return microUsd === null ? <span className="text-ink-2">{t('cost.noPrice')}</span> : cost(locale, microUsd)
}
