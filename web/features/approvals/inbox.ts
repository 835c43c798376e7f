import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import type { OwnDecision } from './decisions.ts'

export const soonMs = 10 * 60_000
export const groupNames = ['soon', 'grave', 'rest', 'decided'] as const
export type GroupName = (typeof groupNames)[number]
export type Group = { name: GroupName; approvals: Approval[] }

const graveness = (approval: Approval) => risks.indexOf(approval.risk)

/**
 * The order of work: what expires within ten minutes first, then what is grave, then the rest; within a group the
 * graver first in `grave`, the sooner first elsewhere. What has been decided here stays in sight at the end.
 */
export const groupInbox = (
  open: readonly Approval[],
  decided: ReadonlyMap<string, OwnDecision>,
  now: number,
): Group[] => {
  const expiry = (approval: Approval) => Date.parse(approval.expiresAt)
  const bySooner = (a: Approval, b: Approval) => expiry(a) - expiry(b) || graveness(b) - graveness(a)
  const byGraver = (a: Approval, b: Approval) => graveness(b) - graveness(a) || expiry(a) - expiry(b)
  const isSettledHere = (id: string) => decided.has(id)
  const waiting = open.filter((one) => one.state === 'pending' && !isSettledHere(one.id) && expiry(one) > now)
  const onTheWay = open.filter((one) => one.state !== 'pending' && !isSettledHere(one.id))
  const soon = waiting.filter((one) => expiry(one) - now < soonMs)
  const later = waiting.filter((one) => !soon.includes(one))
  const isGrave = (one: Approval) => one.risk === 'high' || one.risk === 'critical'
  const settledHere = [...decided.values()].map((own) => own.approval)
  const groups: Group[] = [
    { name: 'soon', approvals: soon.toSorted(bySooner) },
    { name: 'grave', approvals: later.filter(isGrave).toSorted(byGraver) },
    { name: 'rest', approvals: later.filter((one) => !isGrave(one)).toSorted(bySooner) },
    { name: 'decided', approvals: [...settledHere.toReversed(), ...onTheWay] },
  ]
  return groups.filter((group) => group.approvals.length > 0)
}

/** A short line to know an approval by: the command's first line that says something, without its indentation. */
export const headline = (approval: Approval) =>
  approval.command
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#')) ?? approval.command.trim()

const gravest = (approval: Approval) =>
  approval.riskReasons.toSorted((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk))[0]

/** The rule that gave the approval its risk, if any did. */
export const mainRule = (approval: Approval) => gravest(approval)?.rule ?? null
