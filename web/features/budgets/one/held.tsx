import { Link } from '@tanstack/react-router'
import { OctagonX, ShieldQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Budget } from '../../../../worker/features/budgets/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Ago } from '../../../ui/time.tsx'

/** What stands still because of a budget and what waits to be decided, each with the way to it. */
export function Held({ budget }: { budget: Budget }) {
  const t = useT()
  const { state, since, orderIds, approvalIds } = budget.standing.breaker
  const when = since ? (
    <>
      {' · '}
      <Ago at={since} />
    </>
  ) : null
  return (
    <div className="space-y-2 empty:hidden" aria-live="polite">
      {state === 'open' ? (
        <Line look="bg-critical-soft text-critical" icon={<OctagonX size={18} aria-hidden />}>
          <p className="font-medium">
            {t('budgets.held.open')}
            {when}
          </p>
          <p className="text-xs">{t('budgets.held.openHelp')}</p>
          {orderIds.map((id, index) => (
            <Link key={id} to="/kill-switch/$id" params={{ id }} className="aside-link mr-3 !text-critical">
              {orderIds.length === 1 ? t('budgets.held.toOrder') : t('budgets.held.toOrderOf', { number: index + 1 })}
            </Link>
          ))}
        </Line>
      ) : state === 'released' ? (
        <Line look="bg-medium-soft text-medium" icon={<OctagonX size={18} aria-hidden />}>
          <p className="font-medium">
            {t('budgets.held.released')}
            {when}
          </p>
          <p className="text-xs">{t('budgets.held.releasedHelp')}</p>
        </Line>
      ) : null}
      {approvalIds.map((id) => (
        <Line key={id} look="bg-high-soft text-high" icon={<ShieldQuestion size={18} aria-hidden />}>
          <p className="font-medium">{t(state === 'asking' ? 'budgets.held.asking' : 'budgets.held.waiting')}</p>
          <p className="text-xs">{t('budgets.held.askingHelp')}</p>
          <Link to="/approvals" search={{ id, all: 'yes' }} className="aside-link !text-high">
            {t('budgets.toApproval')}
          </Link>
        </Line>
      ))}
    </div>
  )
}

const Line = ({ look, icon, children }: { look: string; icon: ReactNode; children: ReactNode }) => (
  <div className={`flex items-start gap-3 rounded-lg px-4 py-3 ${look}`}>
    <span className="mt-0.5 shrink-0">{icon}</span>
    <div className="min-w-0">{children}</div>
  </div>
)
