import type { Approval, DecisionOutcome } from '../contract.ts'

interface Overdue {
  source: Approval['source']
  ask: Approval['ask']
  allowedOutcomes: Approval['allowedOutcomes']
  expiresAt: number
  requesterWaitsUntil: number
}

/**
 * What the rule decides of an approval that nobody decided in time; null: it expires. Also where a gateway has stopped
 * waiting at that very moment, because nothing that is decided then reaches it. A rule that would allow what is not
 * offered refuses.
 */
export const onExpiry = ({
  source,
  ask,
  allowedOutcomes,
  expiresAt,
  requesterWaitsUntil,
}: Overdue): DecisionOutcome | null => {
  if (ask === null || ask.onExpiry === 'expire') return null
  if (source !== 'api' && expiresAt >= requesterWaitsUntil) return null
  return ask.onExpiry === 'allow' && allowedOutcomes.includes('allow_once') ? 'allow_once' : 'reject'
}
