import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Coverage } from '../grants/coverage.tsx'
import { PatternSentence } from '../grants/pattern-text.tsx'
import { proposalsQuery } from '../grants/queries.ts'
import { conditionOf } from '../rules/pattern-condition.ts'
import type { Proposal } from './proposals.tsx'

/** What could stand in place of asking: each grant that would cover it, and what that would have answered. */
export function ProposalDialog({ proposal, close }: { proposal: Proposal; close: () => void }) {
  const t = useT()
  const found = useQuery(proposalsQuery(proposal.example.approvalId))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      wide
      title={t('statistics.proposals.title')}
      description={t('statistics.proposals.explain')}
    >
      <div className="mt-4">
        {found.isPending ? (
          <Skeleton rows={3} height={96} />
        ) : found.isError ? (
          <Failed what={t('grants.proposalsFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : found.data.items.length === 0 ? (
          <p className="border-y border-line py-3 text-ink-2">{t('grants.noProposals')}</p>
        ) : (
          <ul className="hairlines">
            {found.data.items.map((one) => (
              <li key={one.label} className="py-3.5">
                <h3 className="mb-1 text-xs font-medium text-ink-2">{t(`grants.proposal.${one.label}`)}</h3>
                <p>
                  <PatternSentence pattern={one.pattern} agentName={proposal.agentName} connectorName={null} />
                </p>
                <Coverage coverage={one.coverage} />
                <Link
                  to="/approvals/rules"
                  search={{ condition: conditionOf(one.pattern), name: proposal.pattern }}
                  className="btn mt-3"
                >
                  {t('statistics.proposals.makeRule')}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
      <DialogActions>
        <Link to="/approvals/history" search={{ id: proposal.example.approvalId }} className="btn btn-quiet mr-auto">
          {t('statistics.proposals.open')}
        </Link>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
