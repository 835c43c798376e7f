import type { OrganizationContext } from '../../../platform/context.ts'
import { always } from '../../../platform/db.ts'
import { auditEachStatement, auditInput, drainFirst, drainSoon } from '../../audit/index.ts'
import { grantCreatedStatement, insertGrantStatement, type newGrant } from '../../grants/index.ts'
import type { DecisionOutcome } from '../contract.ts'
import { deliverDecisions } from '../deliver.ts'
import { eventFacts } from '../enter.ts'
import { type ReadApproval, readingManyStatement } from '../reading/store.ts'
import type { VoteRow } from '../schema.ts'
import { agreedOf, deciderOf } from '../view.ts'
import { completes, decisionRefused, type Refusal } from './rules.ts'
import { castStatement, countStatement, isCast, type PlannedVote } from './store.ts'

/** What somebody wants of one approval. */
export interface Ballot {
  approvalId: string
  outcome: DecisionOutcome
  digest?: string | undefined
  reason?: string | undefined
  /** Comes with a passkey's answer. */
  signed?: boolean
  /** The answer, once it was found right. */
  signature?: VoteRow['assertion']
  /** What allow always makes; such a ballot is cast alone. */
  grant?: ReturnType<typeof newGrant> | null
  /** What is critical counts only when the caller has opened it before. */
  criticalOpened?: boolean
}

/** What became of a ballot, and the approval as it stood then. */
export type Cast =
  | { ok: true; approval: ReadApproval }
  | { ok: false; because: Refusal; approval: ReadApproval }
  | { ok: false; because: 'not_found'; approval: null }

interface Plan extends PlannedVote {
  ballot: Ballot
  approval: ReadApproval
}

/** How often a vote that lost a race is judged again. */
const attemptsMax = 8
/** As many votes as one parameter of a statement takes easily. */
const chunkSize = 200

/**
 * Casts the caller's votes, and decides what they complete: exactly one decision wins, whoever races. Votes, decisions,
 * events and grant commit together, chunk by chunk; whoever loses a race is judged again by what stands then. A refused
 * ballot leaves an event and nothing else. Answers in the order of the ballots and never throws for one of them.
 */
export const castBallots = async (
  ctx: OrganizationContext,
  ballots: readonly Ballot[],
  known: readonly ReadApproval[],
): Promise<Cast[]> => {
  const approvals = new Map(known.map((approval) => [approval.id, approval]))
  const repeated = repeatedIn(ballots)
  const casts: Cast[] = []
  for (let from = 0; from < ballots.length; from += chunkSize)
    casts.push(...(await castChunk(ctx, ballots.slice(from, from + chunkSize), repeated, approvals)))
  await recordRefusals(ctx, ballots, casts)
  // Committed. A crash from here on leaves state `decided`: such decisions are handed over again at the connector's next
  // hello and by cron, and the approval's id keeps each delivery one.
  // What a gateway does once it hears of a decision stands behind the decision.
  const isHeardByGateway = casts.some(({ ok, approval }) => ok && approval.connectorId !== null)
  await (isHeardByGateway ? drainFirst : drainSoon)(ctx, ctx.organizationId)
  await deliverDecisions(ctx, casts.flatMap(decidedBy))
  return casts
}

const castChunk = async (
  ctx: OrganizationContext,
  ballots: readonly Ballot[],
  repeated: ReadonlySet<Ballot>,
  approvals: Map<string, ReadApproval>,
): Promise<Cast[]> => {
  const casts = new Map<Ballot, Cast>()
  for (let attempt = 0; attempt < attemptsMax && casts.size < ballots.length; attempt++) {
    const plans: Plan[] = []
    for (const ballot of ballots.filter((each) => !casts.has(each))) {
      const approval = approvals.get(ballot.approvalId)
      const because = repeated.has(ballot) ? 'twice_in_request' : approval && refused(ctx, approval, ballot)
      if (!approval) casts.set(ballot, { ok: false, because: 'not_found', approval: null })
      else if (because) casts.set(ballot, { ok: false, because, approval })
      else plans.push(planOf(ctx, approval, ballot))
    }
    if (plans.length === 0) break
    const { counted, standing } = await commit(ctx, plans)
    for (const approval of standing) approvals.set(approval.id, approval)
    for (const { ballot, vote, approval } of plans)
      if (counted.has(vote.id)) casts.set(ballot, { ok: true, approval: approvals.get(approval.id) ?? approval })
  }
  return ballots.map((ballot) => casts.get(ballot) ?? contested(approvals.get(ballot.approvalId)))
}

/** Every ballot of an approval that has one before it in the list. */
const repeatedIn = (ballots: readonly Ballot[]): ReadonlySet<Ballot> => {
  const seen = new Set<string>()
  return new Set(ballots.filter(({ approvalId }) => seen.size === seen.add(approvalId).size))
}

const contested = (approval: ReadApproval | undefined): Cast =>
  approval ? { ok: false, because: 'contested', approval } : { ok: false, because: 'not_found', approval: null }

/** Why the caller may not cast this ballot now; null when they may. */
export const refused = (ctx: OrganizationContext, approval: ReadApproval, ballot: Ballot): Refusal | null => {
  const { outcome, digest, signed = false, signature, criticalOpened } = ballot
  const wanted = { outcome, digest, signed }
  const because = decisionRefused(approval, approval.votes, deciderOf(ctx), wanted, ctx.now().getTime())
  if (because) return because
  if (signed && !signature) return 'signature_refused'
  return criticalOpened && approval.risk === 'critical' && approval.openedAt === null ? 'not_opened' : null
}

const planOf = (ctx: OrganizationContext, approval: ReadApproval, ballot: Ballot): Plan => {
  const { person } = ctx
  if (person === null) throw new Error('a machine was let through to vote')
  const now = ctx.now().getTime()
  const { outcome, reason, signature, grant } = ballot
  const voter = { userId: person.id, role: person.role }
  return {
    ballot,
    approval,
    vote: {
      id: ctx.newId('vot'),
      organizationId: ctx.organizationId,
      approvalId: approval.id,
      ...voter,
      byKind: ctx.actor.kind === 'api_key' ? 'api_key' : 'member',
      byId: ctx.actor.id,
      byName: ctx.actorName,
      outcome,
      reason: reason ?? null,
      digest: approval.digest,
      assertion: signature ?? null,
      at: now,
    },
    voteCount: approval.voteCount,
    completes: completes(approval, agreedOf(approval), { ...voter, outcome }, now),
    grantId: grant?.id ?? null,
  }
}

/** One transaction: the votes that still count, the decisions they complete, their events, and how all of it stands then. */
const commit = async (ctx: OrganizationContext, plans: Plan[]) => {
  const ids = plans.map(({ approval }) => approval.id)
  const events = plans.map((plan) => ({ input: eventOf(ctx, plan), proof: plan.vote.id }))
  const grants = plans.flatMap(({ ballot }) => ballot.grant ?? [])
  const [counted, , , standing] = await ctx.db.batch([
    castStatement(ctx, plans, ctx.now().getTime()),
    countStatement(ctx, plans),
    auditEachStatement(ctx, events, isCast),
    readingManyStatement(ctx, ids),
    // Guarded by the statement that wrote last, the event's: which is why a ballot with a grant is cast alone.
    ...grants.flatMap((grant) => [insertGrantStatement(ctx, grant), grantCreatedStatement(ctx, grant)]),
  ])
  return { counted: new Set(counted.map(({ id }) => id)), standing }
}

const eventOf = (ctx: OrganizationContext, { vote, approval, completes: decides, grantId }: Plan) => {
  const { id: voteId, approvalId, outcome, digest, reason } = vote
  const signed = vote.assertion !== null
  const { ruleId, ruleSetVersion } = approval
  return decides
    ? auditInput(
        ctx,
        'approval.decided',
        { approvalId, outcome, digest, reason, by: vote.byKind, ruleId, ruleSetVersion, grantId, signed },
        eventFacts(approval),
      )
    : auditInput(ctx, 'approval.voted', { approvalId, voteId, outcome, digest, reason, signed }, eventFacts(approval))
}

const recordRefusals = async (ctx: OrganizationContext, ballots: readonly Ballot[], casts: readonly Cast[]) => {
  const inputs = casts.flatMap((cast, index) => {
    const ballot = ballots[index]
    if (cast.ok || cast.approval === null || !ballot) return []
    const payload = { approvalId: ballot.approvalId, outcome: ballot.outcome, because: cast.because }
    return [auditInput(ctx, 'approval.decision-refused', payload, eventFacts(cast.approval))]
  })
  if (inputs.length === 0) return
  const events = inputs.map((input) => ({ input, proof: '' }))
  await auditEachStatement(ctx, events, () => always)
}

const decidedBy = ({ ok, approval }: Cast): ReadApproval[] => (ok && approval.state === 'decided' ? [approval] : [])
