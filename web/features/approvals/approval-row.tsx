import { Timer } from 'lucide-react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { RiskGlyph, riskText } from '../../ui/risk.tsx'
import { Ago, Countdown } from '../../ui/time.tsx'
import type { OwnDecision } from './decisions.ts'
import { headline, mainRule, soonMs } from './inbox.ts'
import { Progress } from './progress.tsx'
import { ruleTitle } from './rule-text.ts'

/** One line of the inbox: what it would do, the command, who asks, and how long there is. */
export function ApprovalRow(props: {
  approval: Approval
  own: OwnDecision | undefined
  current: boolean
  now: number
  open: () => void
}) {
  const t = useT()
  const { approval, own, current } = props
  const waiting = approval.state === 'pending' && own === undefined
  const isSoon = Date.parse(approval.expiresAt) - props.now < soonMs
  return (
    <li data-id={approval.id} className="px-2">
      <button
        type="button"
        onClick={props.open}
        aria-current={current ? 'true' : undefined}
        className={`block min-h-[58px] w-full rounded-lg px-2.5 py-2 text-left outline-offset-[-2px] hover:bg-sunken ${current ? 'md:bg-surface md:shadow-[0_0_0_1px_var(--line-2)]' : ''} ${waiting ? '' : 'opacity-90'}`}
      >
        <span className="flex items-start gap-2.5">
          <span className="flex pt-[5px]">
            <RiskGlyph risk={approval.risk} />
          </span>
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 truncate leading-snug font-medium">
                {ruleTitle(t, mainRule(approval))}
              </span>
              {waiting && isSoon ? (
                <span className={`flex items-center gap-1 text-2xs font-medium ${riskText[approval.risk]}`}>
                  <Timer size={12} aria-hidden className="self-center" />
                  <Countdown at={approval.expiresAt} />
                </span>
              ) : (
                <Ago at={approval.requestedAt} className="text-2xs whitespace-nowrap text-ink-2" />
              )}
            </span>
            <code className="mt-0.5 block truncate font-mono text-2xs text-ink-2">{headline(approval)}</code>
            <span className="mt-0.5 flex items-center gap-2 text-2xs text-ink-2">
              <span className="min-w-0 flex-1 truncate">
                {approval.agentName ?? t('agents.unknown')} · {approval.connectorName ?? approval.requestedBy.name}
              </span>
              {waiting ? null : <Progress approval={approval} own={own} short />}
            </span>
          </span>
        </span>
      </button>
    </li>
  )
}
