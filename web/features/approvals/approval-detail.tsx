import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronLeft, Timer } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { CommandText } from '../../ui/command.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Fact, Facts, Mono } from '../../ui/page.tsx'
import { RiskGlyph, RiskTag, riskText } from '../../ui/risk.tsx'
import { Ago, ClockTime, Countdown } from '../../ui/time.tsx'
import type { OwnDecision } from './decisions.ts'
import { mainRule, soonMs } from './inbox.ts'
import { Progress, Refusal } from './progress.tsx'
import { ruleText, ruleTitle } from './rule-text.ts'

/** Everything a decision needs, in the order it is needed; `bar` is what stands fixed below. */
export function ApprovalDetail(props: {
  approval: Approval
  own: OwnDecision | undefined
  now: number
  expanded: boolean
  toggleExpanded: () => void
  back: () => void
  bar: ReactNode
}) {
  const t = useT()
  const id = useId()
  const { approval, own } = props
  const waiting = approval.state === 'pending' && own === undefined
  const isSoon = Date.parse(approval.expiresAt) - props.now < soonMs
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-[760px] px-4 py-4 md:px-8 md:py-7">
          <button
            type="button"
            onClick={props.back}
            className="-ml-1.5 mb-2 flex h-11 items-center gap-1 text-sm text-accent md:hidden"
          >
            <ChevronLeft size={18} aria-hidden />
            {t('approvals.back')}
          </button>
          <div className="flex items-center gap-3">
            <RiskTag risk={approval.risk} />
            <span className="truncate font-mono text-2xs text-ink-2 max-sm:hidden">{approval.id}</span>
            <span className="flex-1" />
            {waiting ? (
              <span
                role="timer"
                className={`flex items-center gap-1.5 text-xs font-medium whitespace-nowrap ${isSoon ? riskText[approval.risk] : 'text-ink-2'}`}
              >
                <Timer size={14} aria-hidden />
                {t('approvals.left')} <Countdown at={approval.expiresAt} />
              </span>
            ) : (
              <span className="text-xs text-ink-2">
                <Progress approval={approval} own={own} short />
              </span>
            )}
          </div>
          <h2 id={`${id}-title`} className="mt-3 text-2xl font-semibold text-balance">
            {ruleTitle(t, mainRule(approval))}
          </h2>
          <p className="mt-1.5 text-ink-2">
            {approval.agentId ? (
              <Link to="/agents/$id" params={{ id: approval.agentId }} className="link">
                {approval.agentName ?? approval.agentId}
              </Link>
            ) : (
              t('agents.unknown')
            )}
            {' · '}
            {approval.connectorId ? (
              <Link to="/connectors/$id" params={{ id: approval.connectorId }} className="link">
                {approval.connectorName}
              </Link>
            ) : (
              approval.requestedBy.name
            )}
            {' · '}
            <Ago at={approval.requestedAt} />
          </p>

          {own || approval.state !== 'pending' ? (
            <div className="mt-5 space-y-3 border-t border-line pt-4">
              {own ? <Refusal own={own} /> : null}
              <Progress approval={approval} own={own} />
            </div>
          ) : null}

          <div className="mt-6 mb-2 flex items-center gap-2">
            <h3 className="font-medium">{t('approvals.willRun')}</h3>
            <span className="flex-1 text-2xs text-ink-2">{t(`approvals.source.${sourceKey(approval)}`)}</span>
            <Copy text={approval.command} what={t('approvals.command')} />
          </div>
          <pre className="rounded-md border border-line bg-sunken px-3.5 py-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
            <CommandText command={approval.command} reasons={approval.riskReasons} />
          </pre>

          {approval.warnings.length > 0 ? (
            <ul className="mt-3 space-y-1.5">
              {approval.warnings.map((warning) => (
                <li key={warning} className="rounded-md bg-high-soft px-3.5 py-2 text-xs text-high">
                  {warning}
                </li>
              ))}
            </ul>
          ) : null}

          <h3 className="mt-6 mb-2 font-medium">{t('approvals.why')}</h3>
          <ul className="hairlines">
            {approval.riskReasons.map((reason) => (
              <li key={`${reason.rule} ${reason.matched}`} className="flex items-start gap-2.5 py-2">
                <span className="flex pt-1">
                  <RiskGlyph risk={reason.risk} />
                </span>
                <span className="min-w-0 flex-1">{ruleText(t, reason.rule)}</span>
                {reason.matched ? (
                  <code className="max-w-[45%] truncate pt-0.5 font-mono text-2xs text-ink-2">{reason.matched}</code>
                ) : null}
              </li>
            ))}
            {approval.riskReasons.length === 0 ? <li className="py-2 text-ink-2">{t('approvals.noReasons')}</li> : null}
          </ul>

          <h3 className="mt-6 mb-2 font-medium">{t('approvals.where')}</h3>
          <Facts>
            <Fact name={t('approvals.cwd')}>{approval.cwd ? <Mono>{approval.cwd}</Mono> : t('state.none')}</Fact>
            <Fact name={t('approvals.host')}>{approval.host ? <Mono>{approval.host}</Mono> : t('state.none')}</Fact>
            {approval.resolvedPath ? (
              <Fact name={t('approvals.resolvedPath')} full>
                <Mono>{approval.resolvedPath}</Mono>
              </Fact>
            ) : null}
            {approval.sessionKey ? (
              <Fact name={t('approvals.session')} full>
                <Mono>{approval.sessionKey}</Mono>
              </Fact>
            ) : null}
          </Facts>

          <button
            type="button"
            aria-expanded={props.expanded}
            onClick={props.toggleExpanded}
            className="mt-4 flex items-center gap-1.5 text-xs text-ink-2 hover:text-ink max-md:h-11"
          >
            <ChevronDown size={15} aria-hidden className={props.expanded ? 'rotate-180' : ''} />
            {props.expanded ? t('approvals.less') : t('approvals.more')}
            <span aria-hidden className="kbd max-md:hidden">
              E
            </span>
          </button>
          {props.expanded ? (
            <div className="mt-3">
              <Facts>
                <Fact name={t('approvals.id')} full>
                  <Mono>{approval.id}</Mono>
                </Fact>
                <Fact name={t('approvals.requestedAt')}>
                  <ClockTime at={approval.requestedAt} />
                </Fact>
                <Fact name={t('approvals.expiresAt')}>
                  <ClockTime at={approval.expiresAt} />
                </Fact>
                {approval.traceId ? (
                  <Fact name={t('approvals.trace')} full>
                    <Mono>{approval.traceId}</Mono>
                  </Fact>
                ) : null}
                <Fact name={t('approvals.digest')} full>
                  <Mono>{approval.digest}</Mono>
                  <p className="mt-1 text-2xs text-ink-2">{t('approvals.digestHint')}</p>
                </Fact>
              </Facts>
            </div>
          ) : null}
        </div>
      </div>
      {props.bar}
    </>
  )
}

const sourceKey = (approval: Approval) => (approval.source === 'openclaw.exec' ? 'exec' : 'plugin')
