import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { request } from '../../api.ts'
import { ApiError } from '../../api-error.ts'
import { approvalQuery } from './queries.ts'

export type Outcome = 'allow_once' | 'reject'
export type Verdict = { outcome: Outcome; reason: string | null }

/**
 * A decision made in this window, from the key press on. held: not sent yet, can be undone until `sendsAt` (ms,
 * this machine's clock). sending → sent. refused: the server did not take it, and why.
 */
export type OwnDecision = Verdict & {
  approval: Approval
  phase: 'held' | 'sending' | 'sent' | 'refused'
  sendsAt: number
  error: ApiError | null
}

/** How long a decision on a low or medium risk can still be taken back here. */
export const holdMs = 5_000

let decisions: ReadonlyMap<string, OwnDecision> = new Map()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

const set = (id: string, decision: OwnDecision | null) => {
  const next = new Map(decisions)
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
const ofId = (id: string) => decisions.get(id)

export const useDecisions = () => useSyncExternalStore(subscribe, () => decisions)

const post = ({ approval, outcome, reason }: OwnDecision, leaving: boolean) =>
  request(Approval, `/approvals/${approval.id}/${outcome === 'reject' ? 'reject' : 'approve'}`, {
    method: 'POST',
    body: { digest: approval.digest, ...(reason ? { reason } : {}) },
    keepalive: leaving,
  })

const send = async (queryClient: QueryClient, id: string, leaving = false) => {
  const decision = ofId(id)
  if (decision?.phase !== 'held') return
  clearTimeout(timers.get(id))
  timers.delete(id)
  set(id, { ...decision, phase: 'sending' })
  try {
    const answered = await post(decision, leaving)
    queryClient.setQueryData(approvalQuery(id).queryKey, answered)
    set(id, { ...decision, approval: answered, phase: 'sent' })
  } catch (error) {
    const failure = error instanceof ApiError ? error : new ApiError({ code: 'internal', detail: String(error) })
    set(id, { ...decision, phase: 'refused', error: failure })
  }
  await queryClient.invalidateQueries({ queryKey: ['approvals'] })
  void queryClient.invalidateQueries({ queryKey: ['dashboard'] })
}

/** Held decisions go out before the window closes: what the person decided stands. */
const sendAllOnLeave = (queryClient: QueryClient) => {
  for (const id of timers.keys()) void send(queryClient, id, true)
}

/**
 * Decides once. Low and medium wait `holdMs` so that they can be undone; high and critical leave at once, because
 * an undo that the gateway would not honour must not be offered. A second call for the same approval does nothing.
 */
export const decide = (queryClient: QueryClient, approval: Approval, verdict: Verdict) => {
  const earlier = ofId(approval.id)
  if (earlier && earlier.phase !== 'refused') return
  const wait = approval.risk === 'low' || approval.risk === 'medium' ? holdMs : 0
  const leftMs = Date.parse(approval.expiresAt) - Date.now()
  const holds = wait > 0 && leftMs > wait * 2
  set(approval.id, { ...verdict, approval, phase: 'held', sendsAt: Date.now() + (holds ? wait : 0), error: null })
  if (!holds) return void send(queryClient, approval.id)
  if (timers.size === 0) addEventListener('pagehide', () => sendAllOnLeave(queryClient), { once: true })
  timers.set(
    approval.id,
    setTimeout(() => void send(queryClient, approval.id), wait),
  )
}

/** Takes a held decision back; false when it has left already. */
export const undo = (id: string) => {
  if (ofId(id)?.phase !== 'held' || !timers.has(id)) return false
  clearTimeout(timers.get(id))
  timers.delete(id)
  set(id, null)
  return true
}

/** The newest decision that can still be undone. */
export const newestHeld = () => [...timers.keys()].at(-1)

/** Forgets what has been sent or refused; what is still held stays until it has left. */
export const forgetSettled = () => {
  for (const [id, { phase }] of decisions) if (phase === 'sent' || phase === 'refused') set(id, null)
}
