import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import type { OwnDecision } from './decisions.ts'

export const soonMs = 10 * 60_000
export const groupNames = ['soon', 'grave', 'rest', 'snoozed', 'decided'] as const
export type GroupName = (typeof groupNames)[number]
export type Group = { name: GroupName; approvals: Approval[] }

const graveness = (approval: Approval) => risks.indexOf(approval.risk)

/** Whether allowing takes a second step: what is critical, and what nothing brings back. */
export const needsSecondStep = ({ risk, reversibility }: Pick<Approval, 'risk' | 'reversibility'>) =>
  risk === 'critical' || reversibility === 'irreversible'

/**
 * The order of work: what expires within ten minutes first, then what is grave, then the rest; within a group the
 * graver first in `grave`, the sooner first elsewhere. What was put off and what has been decided here stay in sight
 * at the end.
 */
export const groupInbox = (
  open: readonly Approval[],
  decided: ReadonlyMap<string, OwnDecision>,
  now: number,
): Group[] => {
  const expiry = (approval: Approval) => Date.parse(approval.expiresAt)
  const bySooner = (a: Approval, b: Approval) => expiry(a) - expiry(b) || graveness(b) - graveness(a)
  const byGraver = (a: Approval, b: Approval) => graveness(b) - graveness(a) || expiry(a) - expiry(b)
  // What was not taken and still waits stays where it was, to be decided again.
  const isSettled = (own: OwnDecision) => own.phase !== 'refused' || own.approval.state !== 'pending'
  const settledHere = [...decided.values()].filter(isSettled).map((own) => own.approval)
  const settledIds = new Set(settledHere.map(({ id }) => id))
  const isSettledHere = (id: string) => settledIds.has(id)
  const waiting = open.filter((one) => one.state === 'pending' && !isSettledHere(one.id) && expiry(one) > now)
  const onTheWay = open.filter((one) => one.state !== 'pending' && !isSettledHere(one.id))
  const isSnoozed = (one: Approval) => one.snoozedUntil !== null && Date.parse(one.snoozedUntil) > now
  const awake = waiting.filter((one) => !isSnoozed(one))
  const soon = awake.filter((one) => expiry(one) - now < soonMs)
  const later = awake.filter((one) => !soon.includes(one))
  const isGrave = (one: Approval) => one.risk === 'high' || one.risk === 'critical'
  const groups: Group[] = [
    { name: 'soon', approvals: soon.toSorted(bySooner) },
    { name: 'grave', approvals: later.filter(isGrave).toSorted(byGraver) },
    { name: 'rest', approvals: later.filter((one) => !isGrave(one)).toSorted(bySooner) },
    { name: 'snoozed', approvals: waiting.filter(isSnoozed).toSorted(bySooner) },
    { name: 'decided', approvals: [...settledHere.toReversed(), ...onTheWay] },
  ]
  return groups.filter((group) => group.approvals.length > 0)
}

/** A short line to know an approval by: the command's first line that says something, else what a tool was given. */
export const headline = ({ command, arguments: given, action }: Approval) =>
  command
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#')) ??
  (given === null ? command.trim() || action : JSON.stringify(given))

/** The whole of what would run: the command, or what a tool is given. */
export const wholeText = ({ command, arguments: given, action }: Approval) =>
  command || (given === null ? action : JSON.stringify(given, null, 2))

const gravest = (approval: Approval) =>
  approval.riskReasons.toSorted((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk))[0]

/** The rule that gave the approval its risk, if any did. */
export const mainRule = (approval: Approval) => gravest(approval)?.rule ?? null

/** Whether a person who types this means this approval. */
export const isMeant = (approval: Approval, title: string, typed: string) => {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const told = [title, approval.command, approval.agentName, approval.connectorName, approval.action, approval.id]
  const text = told.filter(Boolean).join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}
