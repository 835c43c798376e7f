import { Link } from '@tanstack/react-router'
import { ChevronLeft, Moon, Timer, UserRoundCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskTag, riskText } from '../../../ui/risk.tsx'
import { Ago, ClockTime, Countdown } from '../../../ui/time.tsx'
import type { OwnDecision } from '../decisions.ts'
import { soonMs } from '../inbox.ts'
import { sourceKey } from '../source-key.ts'
import { StateWord } from '../state-word.tsx'
import { approvalTitle } from '../title.ts'

/** How grave, how long still, what is asked, and by whom. */
export function Head(props: {
  approval: Approval
  own: OwnDecision | undefined
  now: number
  titleId: string
  back: () => void
  acts?: ReactNode
}) {
  const t = useT()
  const { approval, own } = props
  const isWaiting = approval.state === 'pending' && own === undefined
  const isSoon = Date.parse(approval.expiresAt) - props.now < soonMs
  return (
    <header>
      <button
        type="button"
        onClick={props.back}
        className="-ml-1.5 mb-1 flex h-11 items-center gap-1 text-sm text-accent md:hidden"
      >
        <ChevronLeft size={18} aria-hidden />
        {t('approvals.back')}
      </button>
      <div className="flex min-h-6 items-center gap-3">
        <RiskTag risk={approval.risk} />
        <span className="text-2xs text-ink-2">{t(`approvals.source.${sourceKey(approval.source)}`)}</span>
        <span className="flex-1" />
        {isWaiting ? (
          <span
            role="timer"
            className={`flex items-center gap-1.5 text-xs font-medium whitespace-nowrap ${isSoon ? riskText[approval.risk] : 'text-ink-2'}`}
          >
            <Timer size={14} aria-hidden />
            {t('approvals.left')} <Countdown at={approval.expiresAt} />
          </span>
        ) : (
          <StateWord approval={approval} own={own} />
        )}
      </div>
      <h2 id={props.titleId} className="mt-3 text-2xl font-semibold text-balance break-words">
        {approvalTitle(t, approval)}
      </h2>
      <p className="mt-1.5 text-ink-2">
        {approval.agentId ? (
          <Link to="/agents/$id" params={{ id: approval.agentId }} className="link">
            {approval.agentName ?? approval.agentId}
          </Link>
        ) : approval.connectorId ? (
          t('agents.unknown')
        ) : null}
        {approval.agentId || approval.connectorId ? ' · ' : null}
        {approval.connectorId ? (
          <Link to="/connectors/$id" params={{ id: approval.connectorId }} className="link">
            {approval.connectorName ?? approval.connectorId}
          </Link>
        ) : (
          approval.requestedBy.name
        )}
        {' · '}
        <Ago at={approval.requestedAt} />
      </p>
      {isWaiting && (approval.assignee || approval.snoozedUntil) ? (
        <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
          {approval.assignee ? (
            <span className="inline-flex items-center gap-1.5">
              <UserRoundCheck size={14} aria-hidden />
              {t('approvals.assignedTo', { name: approval.assignee.name })}
            </span>
          ) : null}
          {approval.snoozedUntil ? (
            <span className="inline-flex items-center gap-1.5">
              <Moon size={14} aria-hidden />
              {t.rich('approvals.snoozedUntil', { at: () => <ClockTime at={approval.snoozedUntil ?? ''} /> })}
            </span>
          ) : null}
        </p>
      ) : null}
      {props.acts}
    </header>
  )
}
