import type { OrganizationContext } from '../../platform/context.ts'
import { iso, isoOrNull } from '../../platform/time.ts'
import type { Approval, Decision, Vote } from './contract.ts'
import { missingNow, personRefused } from './decision/rules.ts'
import { shownOf } from './facts.ts'
import type { CastVote, ReadApproval } from './reading/store.ts'

/** What surrounds an approval that was made this moment. */
export const nothingAround = {
  assigneeName: null,
  snoozedUntil: null,
  openedAt: null,
  votes: [],
  comments: 0,
} satisfies Partial<ReadApproval>

/** An approval as the caller sees it. */
export const viewApproval = (ctx: OrganizationContext, row: ReadApproval): Approval => {
  const now = ctx.now().getTime()
  const isPending = row.state === 'pending'
  return {
    ...shownOf(row),
    digest: row.digest,
    state: row.state,
    stateReason: row.stateReason,
    traceId: row.traceId,
    grantId: row.grantId,
    shadowed: row.shadowed,
    votes: row.votes.map(viewVote),
    missing: isPending ? missingNow(row, agreedOf(row), now) : [],
    decision: viewDecision(row),
    assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? '' },
    snoozedUntil: row.snoozedUntil !== null && row.snoozedUntil > now ? iso(row.snoozedUntil) : null,
    comments: row.comments,
    refusedToCaller: isPending ? personRefused(row, row.votes, deciderOf(ctx), now) : null,
    shownAt: isoOrNull(row.shownAt),
    escalatesAt: isoOrNull(row.escalatesAt),
    escalatedAt: isoOrNull(row.escalatedAt),
    deliveredAt: isoOrNull(row.deliveredAt),
    confirmedAt: isoOrNull(row.confirmedAt),
  }
}

/** The caller as one who wants to decide. */
export const deciderOf = ({ person, capabilities }: OrganizationContext) => ({
  person,
  mayDecide: capabilities.has('approvals.decide'),
})

/** Those who agreed so far, in the order of their votes. */
export const agreedOf = ({ votes }: Pick<ReadApproval, 'votes'>): CastVote[] =>
  votes.filter(({ outcome }) => outcome !== 'reject')

const viewVote = (vote: CastVote): Vote => ({
  id: vote.id,
  outcome: vote.outcome,
  by: { kind: vote.byKind, id: vote.byId, userId: vote.userId, name: vote.byName },
  at: iso(vote.at),
  reason: vote.reason,
  digest: vote.digest,
  signed: vote.signed,
})

export const viewDecision = (
  row: Pick<ReadApproval, 'outcome' | 'decidedByKind' | 'decidedById' | 'decidedByName' | 'decidedAt' | 'reason'>,
): Decision | null =>
  row.outcome === null || row.decidedByKind === null || row.decidedAt === null
    ? null
    : {
        outcome: row.outcome,
        by: { kind: row.decidedByKind, id: row.decidedById ?? '', name: row.decidedByName ?? '' },
        at: iso(row.decidedAt),
        reason: row.reason,
      }
