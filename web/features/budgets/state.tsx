import { Link } from '@tanstack/react-router'
import type { Budget } from '../../../worker/features/budgets/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const tones: Record<Budget['standing']['state'], Tone> = { ok: 'good', warned: 'warn', exceeded: 'bad' }

export function BudgetState({ state }: { state: Budget['standing']['state'] }) {
  const t = useT()
  return <Dot tone={tones[state]}>{t(`budgets.state.${state}`)}</Dot>
}

/** What is held, with the way to what holds it; nothing while nothing is. */
export function Breaker({ breaker }: { breaker: Budget['standing']['breaker'] }) {
  const t = useT()
  const { state, orderIds, approvalIds } = breaker
  const orderId = orderIds.at(-1)
  const approvalId = approvalIds.at(0)
  return (
    <>
      {state === 'open' && orderId ? (
        <Link to="/kill-switch/$id" params={{ id: orderId }} className="aside-link relative !text-critical">
          {t('budgets.breaker.open')}
        </Link>
      ) : state === 'open' || state === 'released' ? (
        <span className={state === 'open' ? 'text-xs text-critical' : 'text-xs text-ink-2'}>
          {t(`budgets.breaker.${state}`)}
        </span>
      ) : null}
      {approvalId ? (
        <Link to="/approvals" search={{ id: approvalId, all: 'yes' }} className="aside-link relative">
          {t('budgets.breaker.asking')}
        </Link>
      ) : null}
    </>
  )
}
