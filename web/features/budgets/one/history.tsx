import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleX, OctagonX, Plus, RotateCcw, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { BudgetHappening } from '../../../../worker/features/budgets/contract.ts'
import { cost } from '../../../format.ts'
import { type T, useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Section } from '../../../ui/page.tsx'
import { Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { budgetHistoryQuery } from '../queries.ts'

const icons = {
  warned: { icon: TriangleAlert, look: 'text-medium' },
  exceeded: { icon: OctagonX, look: 'text-critical' },
  overridden: { icon: Plus, look: 'text-low' },
  refused: { icon: CircleX, look: 'text-critical' },
  reset: { icon: RotateCcw, look: 'text-ink-2' },
} as const

/** What happened to a budget, the newest first; how it was set, and by whom, is in the audit. */
export function History({ id }: { id: string }) {
  const t = useT()
  const mayRead = useCan('audit.read')
  const list = useInfiniteQuery(budgetHistoryQuery(id))
  const happenings = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section
      title={t('budgets.history.title')}
      aside={
        mayRead ? (
          <Link to="/audit" search={{ target: id }} className="aside-link">
            {t('budgets.history.toAudit')}
          </Link>
        ) : null
      }
    >
      {list.isPending ? (
        <Skeleton rows={3} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('budgets.history.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : happenings.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('budgets.history.none')}</p>
      ) : (
        <ul className="hairlines">
          {happenings.map((one) => (
            <Happening key={one.id} happening={one} />
          ))}
        </ul>
      )}
      <NextPage of={list} isOlder />
    </Section>
  )
}

function Happening({ happening }: { happening: BudgetHappening }) {
  const t = useT()
  const locale = useLocale()
  const { icon: Icon, look } = icons[happening.kind]
  const { approvalId, reason, by, at, spentMicroUsd, allowedMicroUsd } = happening
  return (
    <li className="flex items-start gap-3 py-2.5">
      <Icon size={15} aria-hidden className={`mt-0.5 shrink-0 ${look}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{happeningText(t, locale, happening)}</p>
        <p className="tnum text-xs text-ink-2">
          {t('budgets.spentOf', { spent: cost(locale, spentMicroUsd), limit: cost(locale, allowedMicroUsd) })}
          {happening.action && happening.action !== 'warn'
            ? ` · ${t(`budgets.history.action.${happening.action}`)}`
            : ''}
        </p>
        {reason ? <p className="text-xs break-words text-ink-2">{t('budgets.history.said', { reason })}</p> : null}
        {approvalId ? (
          <Link to="/approvals/history" search={{ id: approvalId }} className="aside-link">
            {t('budgets.toApproval')}
          </Link>
        ) : null}
      </div>
      <p className="shrink-0 text-right text-2xs text-ink-2">
        <Ago at={at} />
        <span className="block max-w-32 truncate">{by ? by.name || by.id : t('budgets.history.itself')}</span>
      </p>
    </li>
  )
}

const happeningText = (t: T, locale: string, { kind, because, amountMicroUsd }: BudgetHappening): string => {
  const amount = amountMicroUsd === null ? '' : cost(locale, amountMicroUsd)
  switch (kind) {
    case 'warned':
      return t('budgets.history.warned')
    case 'exceeded':
      return t('budgets.history.exceeded', { because })
    case 'overridden':
      return t('budgets.history.overridden', { amount, because })
    case 'refused':
      return t('budgets.history.refused', { because })
    case 'reset':
      return t('budgets.history.reset', { because })
  }
}
