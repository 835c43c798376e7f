import type { Role } from '../../../platform/access/contract.ts'
import type { Ask, Audience } from '../../rules/contract.ts'
import type { ApprovalState, DecisionOutcome } from '../contract.ts'

/** A person as an ask sees them; the role is the one they had when they voted. */
export interface Voter {
  userId: string
  role: Role
}

/** What of an approval its decision depends on. */
export interface Decidable {
  state: ApprovalState
  expiresAt: number
  digest: string
  allowedOutcomes: DecisionOutcome[]
  /** Null: nobody is asked. */
  ask: Ask | null
  requestedByUser: string | null
  escalatesAt: number | null
}

/** Who wants to decide; `person` is null for a machine, which nobody asked. */
export interface Decider {
  person: { id: string; role: Role } | null
  mayDecide: boolean
}

export type PersonRefusal = 'no_capability' | 'not_eligible' | 'own_request' | 'already_voted'
export type Refusal =
  | Exclude<PersonRefusal, 'no_capability'>
  | 'forbidden'
  | 'already_decided'
  | 'expired'
  | 'stale'
  | 'not_offered'
  | 'not_opened'
  | 'passkey_required'
  | 'signature_refused'
  | 'twice_in_request'
  | 'contested'

export interface Wanted {
  outcome: DecisionOutcome
  /** Of what the person saw; undefined when they do not say. */
  digest: string | undefined
  /** Signed with a passkey; whether the signature holds is seen to elsewhere. */
  signed: boolean
}

const isIn = ({ roles, members }: Audience, { userId, role }: Voter) => roles.includes(role) || members.includes(userId)

/** After its time an escalation holds, whether or not the clock has come to tell of it. */
const isEscalated = ({ escalatesAt }: Pick<Decidable, 'escalatesAt'>, now: number) =>
  escalatesAt !== null && escalatesAt <= now

/** The groups of an ask in which this person may count. */
const groupsOf = ({ groups, escalate }: Ask, escalated: boolean, voter: Voter): number[] => {
  const anywhere = escalated && escalate !== null && isIn(escalate.to, voter)
  return groups.flatMap((group, index) => (anywhere || isIn(group, voter) ? [index] : []))
}

/**
 * How many people each group still misses when those who agreed are counted so that as many as possible count: each in
 * one group, no group more than it asks for (a maximum matching, by augmenting paths). All zero: they have agreed.
 */
export const missingIn = (ask: Ask, escalated: boolean, agreed: readonly Voter[]): number[] => {
  const counted: Voter[][] = ask.groups.map(() => [])
  const place = (voter: Voter, tried: Set<number>): boolean => {
    for (const group of groupsOf(ask, escalated, voter)) {
      if (tried.has(group)) continue
      tried.add(group)
      const holders = counted[group] ?? []
      if (holders.length < (ask.groups[group]?.quorum ?? 0)) {
        holders.push(voter)
        return true
      }
      const moved = holders.findIndex((holder) => place(holder, tried))
      if (moved < 0) continue
      holders[moved] = voter
      return true
    }
    return false
  }
  for (const voter of agreed) place(voter, new Set())
  return ask.groups.map(({ quorum }, index) => quorum - (counted[index]?.length ?? 0))
}

/** How many people each group of a pending approval still misses. */
export const missingNow = (approval: Decidable, agreed: readonly Voter[], now: number): number[] =>
  approval.ask === null ? [] : missingIn(approval.ask, isEscalated(approval, now), agreed)

/** Whether this person may decide, as far as it is about them. */
export const personRefused = (
  approval: Decidable,
  voted: readonly { userId: string }[],
  { person, mayDecide }: Decider,
  now: number,
): PersonRefusal | null => {
  if (!mayDecide) return 'no_capability'
  if (person === null || approval.ask === null) return 'not_eligible'
  const voter = { userId: person.id, role: person.role }
  if (groupsOf(approval.ask, isEscalated(approval, now), voter).length === 0) return 'not_eligible'
  if (approval.ask.separationOfDuty && approval.requestedByUser === person.id) return 'own_request'
  return voted.some(({ userId }) => userId === person.id) ? 'already_voted' : null
}

/** Only where one person's word is enough and needs no signature can a grant answer in place of people. */
export const isGrantable = ({ grantable, passkey, groups }: Ask) =>
  grantable && !passkey && groups.reduce((people, { quorum }) => people + quorum, 0) === 1

/** An allow-always makes a grant, which only where one person is asked could answer the next time. */
export const isOffered = (
  { allowedOutcomes, ask }: Pick<Decidable, 'allowedOutcomes' | 'ask'>,
  outcome: DecisionOutcome,
): boolean => allowedOutcomes.includes(outcome) && (outcome !== 'allow_always' || (ask !== null && isGrantable(ask)))

/** Why this decision may not be made now; null when it may. */
export const decisionRefused = (
  approval: Decidable,
  voted: readonly Voter[],
  decider: Decider,
  wanted: Wanted,
  now: number,
): Refusal | null => {
  if (approval.state === 'expired' || (approval.state === 'pending' && approval.expiresAt <= now)) return 'expired'
  if (approval.state !== 'pending') return 'already_decided'
  if (wanted.digest !== undefined && wanted.digest !== approval.digest) return 'stale'
  if (!isOffered(approval, wanted.outcome)) return 'not_offered'
  const refused = personRefused(approval, voted, decider, now)
  if (refused) return refused === 'no_capability' ? 'forbidden' : refused
  return approval.ask?.passkey && wanted.outcome !== 'reject' && !wanted.signed ? 'passkey_required' : null
}

/** Whether this vote ends it: one refusal does, agreement when no group misses anybody any more. */
export const completes = (
  approval: Decidable,
  agreed: readonly Voter[],
  vote: Voter & { outcome: DecisionOutcome },
  now: number,
): boolean =>
  vote.outcome === 'reject' || missingNow(approval, [...agreed, vote], now).every((missing) => missing === 0)
