import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { type Risk, risks } from '../../../worker/platform/contract.ts'
import { needsSecondStep } from './inbox.ts'

export const leftOutReasons = ['not_opened', 'not_eligible', 'own_request', 'already_voted', 'passkey', 'over'] as const
export type LeftOut = (typeof leftOutReasons)[number]

/** What one press on the batch bar would do, told before it does it. */
export type BatchPlan = {
  decides: Approval[]
  byRisk: Record<Risk, number>
  leftOut: Record<LeftOut, number>
  /** Whether some of it needs the second step: what is critical, and what nothing brings back. */
  needsSecondStep: boolean
}

const reasonToLeaveOut = (approval: Approval, facts: { now: number; opened: ReadonlySet<string>; allows: boolean }) => {
  if (approval.state !== 'pending' || Date.parse(approval.expiresAt) <= facts.now) return 'over'
  if (approval.refusedToCaller !== null)
    return approval.refusedToCaller === 'no_capability' ? 'not_eligible' : approval.refusedToCaller
  if (!approval.allowedOutcomes.includes(facts.allows ? 'allow_once' : 'reject')) return 'not_eligible'
  // Signing is one ceremony for one request: it is never done over a batch.
  if (facts.allows && approval.ask?.passkey) return 'passkey'
  if (approval.risk === 'critical' && !facts.opened.has(approval.id)) return 'not_opened'
  return null
}

/** Says which of the selected a batch would decide, and why it leaves the others alone. */
export const planBatch = (
  selected: readonly Approval[],
  facts: { now: number; opened: ReadonlySet<string>; allows: boolean },
): BatchPlan => {
  const leftOut = { not_opened: 0, not_eligible: 0, own_request: 0, already_voted: 0, passkey: 0, over: 0 }
  const byRisk = { low: 0, medium: 0, high: 0, critical: 0 }
  const decides = selected.filter((approval) => {
    const reason = reasonToLeaveOut(approval, facts)
    if (reason) leftOut[reason] += 1
    else byRisk[approval.risk] += 1
    return reason === null
  })
  return { decides, byRisk, leftOut, needsSecondStep: facts.allows && decides.some(needsSecondStep) }
}

/** The risks of a plan that occur, the gravest first. */
export const risksOf = ({ byRisk }: BatchPlan) => risks.toReversed().filter((risk) => byRisk[risk] > 0)

/** Selects everything between two of a list, ends included; what was selected stays. */
export const extendSelection = (
  selected: ReadonlySet<string>,
  ids: readonly string[],
  from: string,
  to: string,
): ReadonlySet<string> => {
  const [start, end] = [ids.indexOf(from), ids.indexOf(to)].toSorted((a, b) => a - b)
  if (start === undefined || end === undefined || start < 0) return selected
  return new Set([...selected, ...ids.slice(start, end + 1)])
}

export const toggleSelection = (selected: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}
