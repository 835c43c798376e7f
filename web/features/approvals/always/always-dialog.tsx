import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import {
  GrantCoverage,
  type GrantDraft,
  type GrantPattern,
  type GrantProposal,
} from '../../../../worker/features/grants/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { PatternSentence } from '../../grants/pattern-text.tsx'
import { proposalsQuery } from '../../grants/queries.ts'
import { needsSecondStep } from '../inbox.ts'
import { CoveredBefore } from './covered-before.tsx'
import { draftOf, isSame } from './draft.ts'
import { LimitFields } from './limit-fields.tsx'
import { PatternFields } from './pattern-fields.tsx'
import { ProposalList } from './proposal-list.tsx'

/**
 * Turns one request into a standing answer. It starts from the narrowest proposal and says, for whatever is chosen,
 * what that would have covered in the last 30 days and whether people had refused some of it.
 */
export function AlwaysDialog(props: { approval: Approval; close: () => void; confirm: (grant: GrantDraft) => void }) {
  const t = useT()
  const cancel = useRef<HTMLButtonElement>(null)
  const proposals = useQuery(proposalsQuery(props.approval.id))
  const items = proposals.data?.items ?? []
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && props.close()}
      title={t('approvals.always.title')}
      description={t('approvals.always.body')}
      initialFocus={cancel}
    >
      {proposals.isPending ? (
        <div className="mt-4">
          <Skeleton rows={4} height={56} />
        </div>
      ) : proposals.isError ? (
        <Failed what={t('grants.proposalsFailed')} error={proposals.error} retry={() => void proposals.refetch()} />
      ) : items.length === 0 ? (
        <p className="mt-4 text-ink-2">{t('grants.noProposals')}</p>
      ) : null}
      {items[0] ? (
        <Form {...props} proposals={items} narrowest={items[0]} cancel={cancel} />
      ) : (
        <DialogActions>
          <button ref={cancel} type="button" className="btn" onClick={props.close}>
            {t('action.cancel')}
          </button>
        </DialogActions>
      )}
    </Dialog>
  )
}

function Form(props: {
  approval: Approval
  proposals: readonly GrantProposal[]
  narrowest: GrantProposal
  close: () => void
  confirm: (grant: GrantDraft) => void
  cancel: RefObject<HTMLButtonElement | null>
}) {
  const t = useT()
  const id = useId()
  const { approval, proposals, narrowest } = props
  const [draft, setDraft] = useState(() => draftOf(narrowest.pattern))
  const [read, setRead] = useState(!needsSecondStep(approval))
  const { pattern } = draft
  const setPattern = (next: GrantPattern) => setDraft({ ...draft, pattern: next })
  const matching = proposals.find((one) => isSame(one.pattern, pattern))
  const coverage = useCoverage(pattern, matching?.coverage)
  const isGatewayOffered = (matching ?? narrowest).gatewayOffers
  // The proposals came after the dialog had opened: only now is there the button that focus starts on.
  useEffect(() => props.cancel.current?.focus(), [props.cancel])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!read) return
        props.close()
        props.confirm({ ...draft, atGateway: draft.atGateway && isGatewayOffered })
      }}
    >
      <ProposalList proposals={proposals} chosen={matching?.label ?? null} choose={(one) => setPattern(one.pattern)} />
      <div className="mt-4 rounded-md border border-line bg-sunken px-3.5 py-3">
        <PatternSentence pattern={pattern} agentName={approval.agentName} connectorName={approval.connectorName} />
        <p className="mt-1 text-2xs text-ink-2">
          {t('approvals.always.riskMax', { risk: t(`risk.${pattern.riskMax}`) })}
        </p>
      </div>
      <CoveredBefore coverage={coverage.data} isLoading={coverage.isPending} error={coverage.error} />
      <PatternFields approval={approval} exact={narrowest.pattern} pattern={pattern} change={setPattern} />
      <LimitFields
        draft={draft}
        change={setDraft}
        isGatewayOffered={isGatewayOffered}
        connector={approval.connectorName}
      />
      {needsSecondStep(approval) ? (
        <label htmlFor={id} className="mt-4 flex min-h-6 items-start gap-2.5 max-md:min-h-11">
          <input
            id={id}
            type="checkbox"
            checked={read}
            onChange={(event) => setRead(event.target.checked)}
            className="mt-1 size-4 shrink-0 accent-[var(--critical)]"
          />
          {t('approvals.always.read')}
        </label>
      ) : null}
      <div className="mt-4">
        <Note>{t('approvals.always.after')}</Note>
      </div>
      <DialogActions>
        <button ref={props.cancel} type="button" className="btn" onClick={props.close}>
          {t('action.cancel')}
        </button>
        <button type="submit" className="btn btn-primary" disabled={!read}>
          {t('approvals.always.confirm')}
        </button>
      </DialogActions>
    </form>
  )
}

const settleMs = 300

/** What a pattern would have covered: known for a proposal, asked for whatever it was changed into. */
const useCoverage = (pattern: GrantPattern, known: GrantCoverage | undefined) => {
  const [asked, setAsked] = useState(pattern)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(pattern), settleMs)
    return () => clearTimeout(timer)
  }, [pattern])
  const query = useQuery({
    queryKey: ['grants', 'coverage', asked],
    queryFn: () =>
      request(GrantCoverage, '/approvals/grants/coverage', { method: 'POST', body: { pattern: asked, days: 30 } }),
    enabled: known === undefined && isSame(asked, pattern),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  return known ? { data: known, isPending: false, error: null } : query
}
