import type { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { RiskGlyph } from '../../ui/risk.tsx'

export type Proposal = ApprovalStatistics['proposals'][number]

/** What was asked again and again and always allowed. */
export function Proposals({ items, show }: { items: Proposal[]; show: (proposal: Proposal) => void }) {
  const t = useT()
  if (items.length === 0)
    return <p className="border-y border-line py-3 text-ink-2">{t('statistics.proposals.none')}</p>
  return (
    <ul className="hairlines">
      {items.map((one) => (
        <li key={`${one.agentId} ${one.pattern}`} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <span className="tnum w-12 shrink-0 text-center">
            <span className="block text-lg leading-tight font-semibold">{one.asked}</span>
            <span className="block text-2xs text-ink-2">{t('statistics.proposals.times')}</span>
          </span>
          <span className="min-w-0 flex-1 max-sm:basis-[60%]">
            <code className="block truncate font-mono text-xs font-medium">{one.pattern}</code>
            <span className="mt-0.5 flex flex-wrap items-center gap-x-2 text-2xs text-ink-2">
              <RiskGlyph risk={one.example.risk} />
              {t('statistics.proposals.asked', {
                agent: one.agentName ?? t('statistics.proposals.anyAgent'),
                allowed: one.allowed,
                asked: one.asked,
              })}
            </span>
            <span className="mt-0.5 block truncate text-2xs text-ink-2">
              {t.rich('statistics.proposals.example', {
                command: one.example.command,
                code: (chunks) => <code className="font-mono">{chunks}</code>,
              })}
            </span>
          </span>
          <button type="button" className="btn max-sm:w-full" onClick={() => show(one)}>
            {t('statistics.proposals.show')}
          </button>
        </li>
      ))}
    </ul>
  )
}
