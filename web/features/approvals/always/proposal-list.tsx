import { TriangleAlert } from 'lucide-react'
import { useId } from 'react'
import type { GrantProposal } from '../../../../worker/features/grants/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** How wide the standing answer may be, from narrow to wide, each with what it would have covered. */
export function ProposalList(props: {
  proposals: readonly GrantProposal[]
  /** Null once the pattern has been changed by hand. */
  chosen: GrantProposal['label'] | null
  choose: (proposal: GrantProposal) => void
}) {
  const t = useT()
  const name = useId()
  return (
    <fieldset className="mt-4">
      <legend className="mb-1.5 text-xs font-medium">{t('approvals.always.how')}</legend>
      <div className="hairlines">
        {props.proposals.map((one) => (
          <label key={one.label} className="flex min-h-11 items-center gap-3 py-2">
            <input
              type="radio"
              name={name}
              checked={one.label === props.chosen}
              onChange={() => props.choose(one)}
              className="size-4 shrink-0 accent-[var(--accent)]"
            />
            <span className="min-w-0 flex-1">{t(`grants.proposal.${one.label}`)}</span>
            <span className="tnum flex items-center gap-1.5 text-2xs whitespace-nowrap text-ink-2">
              {one.coverage.refused > 0 ? (
                <span className="inline-flex items-center gap-1 font-medium text-critical">
                  <TriangleAlert size={12} aria-hidden />
                  {t('approvals.always.refused', { count: one.coverage.refused })}
                </span>
              ) : null}
              {t('approvals.always.covered', { count: one.coverage.covered })}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
