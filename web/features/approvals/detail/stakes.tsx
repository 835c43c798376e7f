import { useLocale } from 'use-intl'
import type { Approval, CostEstimate } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskGlyph, riskText } from '../../../ui/risk.tsx'

const reversibilityTone = {
  reversible: '',
  partly: '',
  irreversible: 'text-critical font-medium',
  unknown: 'text-ink-2',
}

/** What is at stake: what it touches, whether it can be taken back, and what it may cost. */
export function Stakes({ approval }: { approval: Approval }) {
  const t = useT()
  const { impact, impactText, reversibility, costEstimate } = approval
  const name = 'text-xs leading-[1.375rem] text-ink-2'
  return (
    <dl className="mt-5 grid grid-cols-[minmax(72px,auto)_1fr] gap-x-5 gap-y-2 border-y border-line py-4 sm:grid-cols-[auto_1fr_auto_1fr] sm:gap-x-6">
      <dt className={name}>{t('approvals.impact')}</dt>
      <dd className="sm:col-span-3">
        {impact.length > 0 ? (
          <span className="flex flex-wrap gap-x-4 gap-y-1">
            {impact.map((one) => (
              <span key={one.kind} className={`inline-flex items-center gap-1.5 font-medium ${riskText[one.risk]}`}>
                <RiskGlyph risk={one.risk} />
                {t(`impact.${one.kind}`)}
              </span>
            ))}
          </span>
        ) : null}
        {impactText ? <span className="mt-0.5 block break-words">{impactText}</span> : null}
        {impact.length === 0 && !impactText ? <span className="text-ink-2">{t('impact.none')}</span> : null}
      </dd>
      <dt className={name}>{t('approvals.reversibility')}</dt>
      <dd className={reversibilityTone[reversibility]}>{t(`reversibility.${reversibility}`)}</dd>
      <dt className={name}>{t('approvals.cost')}</dt>
      <dd className="tnum">
        {costEstimate ? <Cost estimate={costEstimate} /> : <span className="text-ink-2">{t('state.none')}</span>}
      </dd>
    </dl>
  )
}

function Cost({ estimate }: { estimate: CostEstimate }) {
  const t = useT()
  const locale = useLocale()
  const dollars = estimate.amountMicroUsd / 1_000_000
  const amount = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: estimate.currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: dollars < 1 ? 4 : 2,
  }).format(dollars)
  return (
    <>
      {amount}
      <span className="block text-2xs text-ink-2">
        {t(`approvals.costBasis.${estimate.basis}`, { samples: estimate.samples })}
      </span>
    </>
  )
}
