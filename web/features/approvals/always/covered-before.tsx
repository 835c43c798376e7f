import { TriangleAlert } from 'lucide-react'
import type { GrantCoverage } from '../../../../worker/features/grants/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { Coverage } from '../../grants/coverage.tsx'

/** What it would have answered in the past: in numbers, with a warning where people had refused, and by example. */
export function CoveredBefore(props: { coverage: GrantCoverage | undefined; isLoading: boolean; error: unknown }) {
  const t = useT()
  const { coverage } = props
  if (props.error)
    return (
      <div className="mt-3">
        <Trouble error={props.error} />
      </div>
    )
  if (!coverage || props.isLoading)
    return <div role="status" aria-label={t('state.loading')} className="mt-3 h-9 animate-pulse rounded-md bg-sunken" />
  return (
    <div aria-live="polite">
      <Coverage coverage={coverage} />
      {coverage.refused > 0 ? (
        <p className="mt-2 flex gap-2 rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
          {t('approvals.always.warning', { count: coverage.refused })}
        </p>
      ) : null}
      {coverage.sample.length > 0 ? (
        <details className="mt-2 text-xs">
          <summary className="w-fit text-ink-2 hover:text-ink max-md:py-3">
            {t('approvals.always.sample', { count: coverage.sample.length })}
          </summary>
          <ul className="hairlines mt-2 max-h-48 overflow-y-auto">
            {coverage.sample.map((one) => (
              <li key={one.approvalId} className="flex items-center gap-2.5 py-1.5">
                <RiskGlyph risk={one.risk} />
                <code className="min-w-0 flex-1 truncate font-mono text-2xs">{one.command}</code>
                <span
                  className={`text-2xs whitespace-nowrap ${one.outcome === 'reject' ? 'text-critical' : 'text-ink-2'}`}
                >
                  {outcomeText(t, one.outcome)}
                </span>
                <Ago at={one.requestedAt} className="text-2xs whitespace-nowrap text-ink-2" />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}

const outcomeText = (t: ReturnType<typeof useT>, outcome: string | null) =>
  outcome === 'allow_once' || outcome === 'allow_always' || outcome === 'reject'
    ? t(`outcome.${outcome}`)
    : t('approvals.always.undecided')
