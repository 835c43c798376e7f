import { type Ask, defaultAsk, type Verdict } from '../rules/contract.ts'
import { type AskedOf, digestOfShown } from './facts.ts'
import type { ApprovalRow } from './schema.ts'

/** An approval on its way in: everything about it but what the rules make of it. */
export type NewRequest = Omit<
  ApprovalRow,
  | keyof Decided
  | 'state'
  | 'stateReason'
  | 'digest'
  | 'ruleSetVersion'
  | 'ruleId'
  | 'ruleName'
  | 'ask'
  | 'shadowed'
  | 'voteCount'
  | 'assigneeId'
  | 'shownAt'
  | 'expiresAt'
  | 'escalatesAt'
  | 'escalatedAt'
  | 'deliveredAt'
  | 'confirmedAt'
> & {
  /** Until when the requester lets somebody decide. */
  decideBy: number
}

type Decided = Pick<
  ApprovalRow,
  'outcome' | 'decidedByKind' | 'decidedById' | 'decidedByName' | 'reason' | 'decidedAt' | 'grantId'
>

const undecided: Decided = {
  outcome: null,
  decidedByKind: null,
  decidedById: null,
  decidedByName: null,
  reason: null,
  decidedAt: null,
  grantId: null,
}

export interface CoveringGrant {
  id: string
  createdByName: string
}

/** Whether a grant may answer in place of a person. */
export const isGrantable = (verdict: Verdict, request: Pick<NewRequest, 'allowedOutcomes'>): boolean => {
  const ask = askOf(verdict, request)
  if (ask === null || !request.allowedOutcomes.includes('allow_once')) return false
  return ask.grantable && !ask.passkey && ask.groups.length === 1 && ask.groups.every(({ quorum }) => quorum === 1)
}

/** The approval that a request becomes. Pure but for the clock, which is an argument. */
export const ruleOn = (
  { decideBy, ...request }: NewRequest,
  verdict: Verdict,
  grant: CoveringGrant | null,
  now: number,
): ApprovalRow => {
  const asked = askOf(verdict, request)
  const decided = grant ? byGrant(grant, now) : byRule(verdict, asked, now)
  const ask = grant ? null : asked
  const expiresAt = Math.min(decideBy, request.requestedAt + (ask?.expiresInMs ?? Number.POSITIVE_INFINITY))
  const escalatesAt = ask?.escalate ? request.requestedAt + ask.escalate.afterMs : null
  const shown = {
    ...request,
    ruleId: verdict.rule?.id ?? null,
    ruleName: verdict.rule?.name ?? null,
    ruleSetVersion: verdict.version,
    ask,
    expiresAt,
  } satisfies AskedOf
  return {
    ...shown,
    ...decided,
    state: decided.outcome === null ? 'pending' : 'decided',
    stateReason: null,
    digest: digestOfShown(shown),
    shadowed: verdict.shadowed,
    voteCount: 0,
    assigneeId: null,
    shownAt: null,
    escalatesAt: escalatesAt !== null && escalatesAt < expiresAt ? escalatesAt : null,
    escalatedAt: null,
    deliveredAt: null,
    confirmedAt: null,
  }
}

/** Null: nobody is asked. What a rule allows and the requester does not offer to allow once is asked after all. */
const askOf = ({ outcome }: Verdict, { allowedOutcomes }: Pick<NewRequest, 'allowedOutcomes'>): Ask | null => {
  if (outcome.kind === 'ask') return outcome.ask
  return outcome.kind === 'allow' && !allowedOutcomes.includes('allow_once') ? defaultAsk : null
}

const byRule = ({ outcome, rule }: Verdict, asked: Ask | null, now: number): Decided =>
  asked !== null || outcome.kind === 'ask'
    ? undecided
    : {
        outcome: outcome.kind === 'allow' ? 'allow_once' : 'reject',
        decidedByKind: 'rule',
        decidedById: rule?.id ?? '',
        decidedByName: rule?.name ?? '',
        reason: outcome.kind === 'refuse' && outcome.reason !== '' ? outcome.reason : null,
        decidedAt: now,
        grantId: null,
      }

const byGrant = (grant: CoveringGrant, now: number): Decided => ({
  outcome: 'allow_once',
  decidedByKind: 'grant',
  decidedById: grant.id,
  decidedByName: grant.createdByName,
  reason: null,
  decidedAt: now,
  grantId: grant.id,
})
