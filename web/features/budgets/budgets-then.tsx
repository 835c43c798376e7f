import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { BudgetAt } from '../../../worker/features/budgets/contract.ts'
import { cost } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

/** Budgets as they were in force at a moment; each leads to how it is now, which is nowhere once it was deleted. */
export function BudgetsThen({ budgets }: { budgets: readonly BudgetAt[] }) {
  const t = useT()
  const locale = useLocale()
  if (budgets.length === 0) return <span className="text-ink-2">{t('budgets.then.none')}</span>
  return (
    <ul className="space-y-1">
      {budgets.map(({ id, name, limitMicroUsd, period, onLimit, version, scope }) => (
        <li key={id}>
          <Link to="/budgets/$id" params={{ id }} className="link">
            {name}
          </Link>{' '}
          <span className="tnum text-xs text-ink-2">
            {t('budgets.then.limit', { limit: cost(locale, limitMicroUsd), each: t(`budgets.each.${period}`) })}
            {' · '}
            {t(`budgets.onLimit.${onLimit}.name`)}
            {' · '}
            {scope.kind === 'agent'
              ? t('budgets.scope.agent')
              : t(`budgets.scopeOf.${scope.kind}`, { name: scope.ref ?? '' })}
            {' · '}
            {t('budgets.version', { version })}
          </span>
        </li>
      ))}
    </ul>
  )
}
