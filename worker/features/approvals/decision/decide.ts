import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import type { GrantDraft } from '../../grants/contract.ts'
import { newGrant, refuseUnfitGrant } from '../../grants/index.ts'
import type { Approval, DecisionOutcome } from '../contract.ts'
import { factsOf } from '../facts.ts'
import { type ReadApproval, readApproval } from '../reading/store.ts'
import { viewApproval } from '../view.ts'
import { type Ballot, castBallots, refused } from './cast.ts'
import type { Assertion } from './contract.ts'
import { refusalError } from './refuse.ts'
import { verifySignature } from './sign.ts'

export interface DecideApproval {
  outcome: DecisionOutcome
  reason?: string | undefined
  /** Digest of what the person saw; refused as stale when it is not what would be executed. */
  digest?: string | undefined
  /** What allow always grants; needed with it and only with it. */
  grant?: GrantDraft | undefined
  /** A passkey's answer to the challenge of this approval and outcome. */
  assertion?: Assertion | undefined
}

/**
 * Decides one approval, or votes on one that several people have to agree to: exactly one decision wins, whoever races.
 * The decision is durable once it has committed; its delivery is a command that waits until the requester has taken it.
 * Throws `not_found`, `already_decided` with who and when, `expired`, `stale`, `not_eligible`, `own_request`,
 * `passkey_required`, `invalid` for a grant that does not fit, or `conflict` when the outcome is not offered or the
 * person has voted.
 */
export const decideApproval = async (
  ctx: OrganizationContext,
  id: string,
  decision: DecideApproval,
): Promise<Approval> => {
  const approval = await readApproval(ctx, id)
  const ballot = await ballotOf(ctx, approval, decision)
  const [cast] = await castBallots(ctx, [ballot], [approval])
  if (!cast) throw new Error('a ballot was lost')
  if (!cast.ok) throw refusalError(cast.because, cast.approval)
  return viewApproval(ctx, cast.approval)
}

/** What is costly to look at, or spends something, is looked at only where nothing else speaks against the ballot. */
const ballotOf = async (
  ctx: OrganizationContext,
  approval: ReadApproval,
  { outcome, reason, digest, grant, assertion }: DecideApproval,
): Promise<Ballot> => {
  const ballot = { approvalId: approval.id, outcome, reason, digest, signed: assertion !== undefined }
  const because = refused(ctx, approval, ballot)
  if (because !== null && because !== 'signature_refused') return ballot
  const made = outcome === 'allow_always' ? grantOf(ctx, approval, grant) : null
  const signature = assertion === undefined ? null : await verifySignature(ctx, approval, outcome, assertion)
  return { ...ballot, signature, grant: made }
}

const grantOf = (ctx: OrganizationContext, approval: ReadApproval, draft: GrantDraft | undefined) => {
  if (!draft) throw unfit('grant', 'allow always needs a grant')
  refuseUnfitGrant(draft, factsOf(approval))
  if (draft.atGateway && !approval.gatewayOffersAlways)
    throw unfit('grant.atGateway', 'the gateway does not offer to remember it')
  return newGrant(ctx, approval, draft)
}

const unfit = (path: string, message: string) =>
  new AppError('invalid', 'The grant does not fit the request.', { errors: [{ path, message }] })
