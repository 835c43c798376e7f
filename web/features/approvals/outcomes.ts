import type { Approval, DecisionOutcome } from '../../../worker/features/approvals/contract.ts'

/** Only where one person's word is enough and needs no signature may a grant answer in place of people. */
const isGrantable = ({ ask }: Approval) =>
  ask?.grantable === true && !ask.passkey && ask.groups.reduce((people, { quorum }) => people + quorum, 0) === 1

/** Whether a request can be answered so; allow always is ours, it allows this one and a grant answers the next. */
export const isOffered = (approval: Approval, outcome: DecisionOutcome) =>
  outcome === 'allow_always'
    ? approval.allowedOutcomes.some((offered) => offered !== 'reject') && isGrantable(approval)
    : approval.allowedOutcomes.includes(outcome)

/** How many people have agreed of how many are needed; null where one is enough. */
export const quorumOf = ({ ask, missing, state }: Approval) => {
  const needed = ask?.groups.reduce((people, { quorum }) => people + quorum, 0) ?? 0
  if (state !== 'pending' || needed < 2) return null
  return { needed, agreed: needed - missing.reduce((people, one) => people + one, 0) }
}
