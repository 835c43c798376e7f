import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Approval, type DecisionOutcome } from '../../../worker/features/approvals/contract.ts'
import { type Assertion, BatchResult } from '../../../worker/features/approvals/decision/contract.ts'
import type { GrantDraft } from '../../../worker/features/grants/contract.ts'
import { problemCodes } from '../../../worker/platform/contract.ts'
import { request } from '../../api.ts'
import { ApiError } from '../../api-error.ts'
import { serverNow } from '../../clock.ts'
import { needsSecondStep } from './inbox.ts'
import { approvalQuery } from './queries.ts'

/** `grant` belongs to allow always, `assertion` to a decision that is signed with a passkey. */
export type Verdict = { outcome: DecisionOutcome; reason: string | null; grant?: GrantDraft; assertion?: Assertion }

/**
 * A decision made in this window, from the key press on. held: not sent yet, can be undone until `sendsAt` (ms,
 * this machine's clock). sending → sent. refused: the server did not take it, and why. Those of one batch share
 * `together`: they leave together and are undone together.
 */
export type OwnDecision = Verdict & {
  approval: Approval
  together: string
  phase: 'held' | 'sending' | 'sent' | 'refused'
  sendsAt: number
  error: ApiError | null
}

/** How long a decision on a low or medium risk can still be taken back here. */
export const holdMs = 5_000
/** A request that is sent while the page closes may hold 64 KB. */
const batchSize = 300

let decisions: ReadonlyMap<string, OwnDecision> = new Map()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

const set = (changes: Iterable<readonly [string, OwnDecision | null]>) => {
  const next = new Map(decisions)
  for (const [id, decision] of changes)
    if (decision) next.set(id, decision)
    else next.delete(id)
  decisions = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
const membersOf = (together: string) => [...decisions.values()].filter((one) => one.together === together)

export const useDecisions = () => useSyncExternalStore(subscribe, () => decisions)

const failureOf = (error: unknown) =>
  error instanceof ApiError ? error : new ApiError({ code: 'internal', detail: String(error) })

const sendOne = async (queryClient: QueryClient, decision: OwnDecision, keepalive: boolean) => {
  const { approval, outcome, reason, grant, assertion } = decision
  const always = outcome === 'allow_always' ? { mode: 'always' as const, grant } : {}
  const body = {
    digest: approval.digest,
    ...always,
    ...(reason ? { reason } : {}),
    ...(assertion ? { assertion } : {}),
  }
  const verb = outcome === 'reject' ? 'reject' : 'approve'
  const answered = await request(Approval, `/approvals/${approval.id}/${verb}`, { method: 'POST', body, keepalive })
  queryClient.setQueryData(approvalQuery(approval.id).queryKey, answered)
  set([[approval.id, { ...decision, approval: answered, phase: 'sent' }]])
}

const sendBatch = async (members: readonly OwnDecision[], keepalive: boolean) => {
  const items = members.map(({ approval, outcome, reason }) => ({
    id: approval.id,
    outcome,
    digest: approval.digest,
    ...(reason ? { reason } : {}),
  }))
  const answer = await request(BatchResult, '/approvals/batch', { method: 'POST', body: { items }, keepalive })
  const results = new Map(answer.items.map((one) => [one.id, one]))
  set(
    members.map((own) => {
      const result = results.get(own.approval.id)
      if (result?.ok)
        return [own.approval.id, { ...own, approval: { ...own.approval, state: result.state }, phase: 'sent' }]
      const code = problemCodes.find((one) => one === result?.code) ?? 'internal'
      const error = new ApiError({ code, detail: result?.detail ?? '' })
      return [own.approval.id, { ...own, phase: 'refused', error }]
    }),
  )
}

const send = async (queryClient: QueryClient, together: string, leaving = false) => {
  const members = membersOf(together).filter(({ phase }) => phase === 'held')
  clearTimeout(timers.get(together))
  timers.delete(together)
  set(members.map((own) => [own.approval.id, { ...own, phase: 'sending' }]))
  const [only] = members
  const parts = Array.from({ length: Math.ceil(members.length / batchSize) }, (_, part) =>
    members.slice(part * batchSize, (part + 1) * batchSize),
  )
  await Promise.all(
    parts.map(async (part) => {
      try {
        await (members.length === 1 && only ? sendOne(queryClient, only, leaving) : sendBatch(part, leaving))
      } catch (error) {
        set(part.map((own) => [own.approval.id, { ...own, phase: 'refused', error: failureOf(error) }]))
      }
    }),
  )
  await queryClient.invalidateQueries({ queryKey: ['approvals'] })
  void queryClient.invalidateQueries({ queryKey: ['dashboard'] })
  if (members.some(({ outcome }) => outcome === 'allow_always'))
    void queryClient.invalidateQueries({ queryKey: ['grants'] })
}

/** Held decisions go out before the window closes: what the person decided stands. */
const sendAllOnLeave = (queryClient: QueryClient) => {
  for (const together of timers.keys()) void send(queryClient, together, true)
}

/** An undo that the requester would not honour must not be offered. */
export const mayBeHeld = (approvals: readonly Approval[], { outcome, assertion }: Verdict) =>
  outcome !== 'allow_always' &&
  assertion === undefined &&
  approvals.every(
    (one) =>
      (one.risk === 'low' || one.risk === 'medium') &&
      (outcome === 'reject' || !needsSecondStep(one)) &&
      Date.parse(one.expiresAt) - serverNow() > holdMs * 2,
  )

/**
 * Decides each of these once, and answers by what to follow or undo them together. Low and medium wait `holdMs` so
 * that they can be undone; all else leaves at once. What has been decided here already is left as it is.
 */
export const decide = (queryClient: QueryClient, approvals: readonly Approval[], verdict: Verdict): string => {
  const together = crypto.randomUUID()
  const fresh = approvals.filter(({ id }) => (decisions.get(id)?.phase ?? 'refused') === 'refused')
  const wait = mayBeHeld(fresh, verdict) ? holdMs : 0
  const sendsAt = Date.now() + wait
  set(fresh.map((approval) => [approval.id, { ...verdict, approval, together, phase: 'held', sendsAt, error: null }]))
  if (wait === 0) {
    void send(queryClient, together)
    return together
  }
  if (timers.size === 0) addEventListener('pagehide', () => sendAllOnLeave(queryClient), { once: true })
  timers.set(
    together,
    setTimeout(() => void send(queryClient, together), wait),
  )
  return together
}

/** Takes back a held decision, and those that were made together with it; false when they have left already. */
export const undo = (together: string) => {
  if (!timers.has(together)) return false
  clearTimeout(timers.get(together))
  timers.delete(together)
  set(membersOf(together).map(({ approval }) => [approval.id, null]))
  return true
}

/** The newest decision that can still be undone. */
export const newestHeld = () => [...timers.keys()].at(-1)

/** Forgets what has been sent or refused; what is still held stays until it has left. */
export const forgetSettled = () =>
  set(
    [...decisions].flatMap(([id, { phase }]) => (phase === 'sent' || phase === 'refused' ? [[id, null] as const] : [])),
  )
