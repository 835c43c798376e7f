import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Span, Trace } from '../../../../worker/features/audit/traces/contract.ts'
import { cost, duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskTag } from '../../../ui/risk.tsx'
import { ClockTime } from '../../../ui/time.tsx'
import type { Names } from '../names.ts'
import { Sentence } from '../sentence.tsx'
import { OutcomeText } from './outcome.tsx'

/** The chosen stretch: what is known of it, and its events. */
export function SpanPanel({ span, trace, names }: { span: Span; trace: Trace; names: Names }) {
  const t = useT()
  const locale = useLocale()
  const seqs = new Set(span.events)
  const events = trace.events.filter(({ seq }) => seqs.has(seq))
  const approvalId = span.kind === 'approval' ? events.find(({ target }) => target?.startsWith('apr_'))?.target : null
  const facts = [
    [t('trace.fact.agent'), span.agentId ? (names.agent(span.agentId) ?? span.agentId) : null],
    [t('trace.column.duration'), span.durationMs === null ? t('trace.openEnd') : duration(locale, span.durationMs)],
    [t('trace.fact.cost'), span.costMicroUsd === null ? null : cost(locale, span.costMicroUsd)],
    [t('trace.fact.outcome'), span.outcome ? <OutcomeText key="outcome" outcome={span.outcome} /> : null],
  ] as const
  return (
    <section aria-label={t('trace.chosen')} className="rounded-lg border border-line bg-surface p-4">
      <p className="mb-1 flex items-center gap-2 text-2xs text-ink-2">
        {t(`trace.kind.${span.kind}`)}
        <RiskTag risk={span.risk} />
      </p>
      <h2 className="font-mono text-xs leading-relaxed break-words">{span.name}</h2>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt className="text-ink-2">{name}</dt>
              <dd className="tnum min-w-0 break-words">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {approvalId ? (
        <Link to="/approvals/history" search={{ id: approvalId }} className="aside-link mt-2 inline-block">
          {t('audit.event.openApproval')}
        </Link>
      ) : null}
      <ol aria-label={t('trace.spanEvents')} className="mt-3 divide-y divide-line border-t border-line">
        {events.map((entry) => (
          <li key={entry.seq}>
            <Link
              to="/audit/$seq"
              params={{ seq: String(entry.seq) }}
              className="-mx-2 flex gap-3 rounded-sm px-2 py-1.5 hover:bg-sunken max-md:min-h-11"
            >
              <ClockTime at={entry.at} className="pt-px font-mono text-2xs text-ink-2" />
              <span className="min-w-0 flex-1 text-xs leading-snug break-words text-ink-2">
                <Sentence entry={entry} names={names} />
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  )
}
