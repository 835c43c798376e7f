import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Budget } from '../../../../worker/features/budgets/contract.ts'
import { cost } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Fact, Facts, Mono, Page } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { budgetQuery } from '../queries.ts'
import { scopeText } from '../words.ts'
import { BudgetActs } from './acts.tsx'
import { Held } from './held.tsx'
import { History } from './history.tsx'
import { Standing } from './standing.tsx'

/** One budget: how it stands, what it holds, how it is set, and what happened to it. */
export function BudgetPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/budgets/$id' })
  const found = useQuery(budgetQuery(id))
  const budget = found.data
  if (!budget)
    return (
      <Page title={t('nav.budgets')}>
        {found.isError ? (
          <Failed what={t('budgets.oneFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={6} height={44} />
        )}
      </Page>
    )
  return (
    <Page
      title={budget.name}
      lead={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Link to="/budgets" className="aside-link">
            {t('budgets.toAll')}
          </Link>
          <span>{scopeText(t, budget.scope)}</span>
          <span>
            {t('cost.asOf')} <Ago at={budget.dataAsOf} />
          </span>
        </span>
      }
      actions={<BudgetActs budget={budget} />}
    >
      <div className="space-y-8">
        {found.isError ? <Note tone="warn">{t('budgets.stale')}</Note> : null}
        <div className="space-y-4">
          <Held budget={budget} />
          <Standing budget={budget} />
        </div>
        <Settings budget={budget} />
        <History id={budget.id} />
      </div>
    </Page>
  )
}

function Settings({ budget }: { budget: Budget }) {
  const t = useT()
  const locale = useLocale()
  const { scope, limitMicroUsd, warnPercent, onLimit, raiseMicroUsd } = budget
  return (
    <Facts>
      <Fact name={t('budgets.form.scope')}>
        {scope.kind === 'agent' && scope.ref ? (
          <Link to="/agents/$id" params={{ id: scope.ref }} className="link">
            {scopeText(t, scope)}
          </Link>
        ) : (
          scopeText(t, scope)
        )}
        {scope.kind === 'agent' ? null : (
          <span className="block text-2xs text-ink-2">{t('budgets.covers', { count: scope.agents })}</span>
        )}
      </Fact>
      <Fact name={t('budgets.limit')}>
        <span className="tnum">{cost(locale, limitMicroUsd)}</span>
        <span className="tnum block text-2xs text-ink-2">
          {t('budgets.warnsAt', { percent: warnPercent, cost: cost(locale, (limitMicroUsd * warnPercent) / 100) })}
        </span>
      </Fact>
      <Fact name={t('budgets.form.period')}>
        {t(`budgets.each.${budget.period}`)}
        <span className="block text-2xs text-ink-2">{budget.timeZone}</span>
      </Fact>
      <Fact name={t('budgets.changedBy')}>
        {budget.changedBy.name || budget.changedBy.id} · <Ago at={budget.changedAt} />
        <span className="tnum block text-2xs text-ink-2">{t('budgets.version', { version: budget.version })}</span>
      </Fact>
      <Fact name={t('budgets.form.onLimit')} full>
        {t(`budgets.onLimit.${onLimit}.name`)}
        <span className="block text-xs text-ink-2">{t(`budgets.onLimit.${onLimit}.means`)}</span>
        {onLimit === 'ask' ? (
          <span className="block text-xs text-ink-2">
            {raiseMicroUsd === null
              ? t('budgets.raisesByTenth', { cost: cost(locale, Math.max(1, Math.floor(limitMicroUsd / 10))) })
              : t('budgets.raisesBy', { cost: cost(locale, raiseMicroUsd) })}
          </span>
        ) : null}
      </Fact>
      <Fact name={t('budgets.id')} full>
        <Mono>{budget.id}</Mono>
      </Fact>
    </Facts>
  )
}
