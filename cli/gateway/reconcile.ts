import type { GatewayAgent, GatewayApproval } from '../../worker/features/connectors/link/events/contract.ts'
import type { EventDraft } from '../journal/draft.ts'
import { ApprovalRecords, ApprovalResolved, toGatewayApproval } from './approvals.ts'
import { ApprovalHistory, LedgerPage, type LedgerRow } from './frames.ts'
import { ledgerDraft } from './ledger.ts'
import type { GatewayMemory } from './memory.ts'
import { requestedDraft, resolvedDraft } from './normalise.ts'
import { callOf, isOurs } from './plugin-calls.ts'
import { GatewayRequestFailed } from './refusal.ts'
import type { GatewaySession } from './session.ts'

export type Append = (drafts: EventDraft[]) => Promise<void>

const eventBytesMax = 240 * 1024
const ledgerPagesMax = 40

/** Tells every approval the gateway waits for, once each as a request and then all together. */
export async function reconcilePending(session: GatewaySession, append: Append): Promise<GatewayApproval[]> {
  // Taken before asking: what is requested while the answer travels must not look as if it had been missing.
  const at = new Date().toISOString()
  const exec = await session.call('exec.approval.list', {}, ApprovalRecords)
  const plugin = await session.call('plugin.approval.list', {}, ApprovalRecords)
  const calls = await Promise.all(plugin.map((record) => (isOurs(record) ? callOf(session, record) : null)))
  const drafts = [
    ...exec.map((record) => requestedDraft(record, 'openclaw.exec')),
    ...plugin.map((record, index) => requestedDraft(record, 'openclaw.plugin', calls[index])),
  ]
  const approvals = [
    ...exec.map((record) => toGatewayApproval(record, 'openclaw.exec')),
    ...plugin.map((record, index) => toGatewayApproval(record, 'openclaw.plugin', calls[index])),
  ].slice(0, 500)
  const payload = { approvals: withinOneEvent(approvals) }
  await append([...drafts, { type: 'approval.pending', key: null, at, payload }])
  return approvals
}

/** A long list must still fit one frame. Shortened commands can only be denied, and were told in full before. */
function withinOneEvent(approvals: GatewayApproval[]): GatewayApproval[] {
  if (Buffer.byteLength(JSON.stringify(approvals)) <= eventBytesMax) return approvals
  return approvals.map((approval) => ({
    ...approval,
    command: approval.command.slice(0, 100),
    arguments: null,
    cwd: null,
    resolvedPath: null,
    warning: null,
    warningLines: [],
    riskKinds: [],
    allowedDecisions: approval.allowedDecisions.filter((decision) => decision === 'deny'),
  }))
}

/** Tells decisions that were made in the gateway while we were away. Gateways without such a history tell none. */
export async function reconcileDecisions(
  session: GatewaySession,
  memory: GatewayMemory,
  append: Append,
): Promise<void> {
  const since = memory.value.decisionsSinceMs
  const drafts: EventDraft[] = []
  let newest = since ?? Date.now()
  if (since !== null) {
    const history = await session.call('approval.history', {}, ApprovalHistory).catch(ignoreUnknownMethod)
    for (const item of history?.items ?? []) {
      const source = item.presentation.kind === 'plugin' ? 'openclaw.plugin' : 'openclaw.exec'
      const resolved = ApprovalResolved.safeParse({
        id: item.id,
        decision: item.decision,
        resolvedBy: item.resolver?.id ?? null,
        ts: item.resolvedAtMs ?? undefined,
      })
      if (!resolved.success || (item.resolvedAtMs ?? 0) < since) continue
      if (!['exec', 'plugin'].includes(item.presentation.kind)) continue
      newest = Math.max(newest, item.resolvedAtMs ?? 0)
      drafts.unshift(resolvedDraft(resolved.data, source))
    }
  }
  await append(drafts)
  await memory.update({ decisionsSinceMs: newest })
}

/**
 * Tells what the gateway's ledger holds behind the last row that we know, up to `untilMs`. What is younger is left for
 * the live events, which know more. On the very first look nothing is told: history from before us is not ours.
 */
export async function reconcileLedger(
  session: GatewaySession,
  memory: GatewayMemory,
  append: Append,
  untilMs: number,
): Promise<void> {
  const known = memory.value.ledgerSequence
  const rows: LedgerRow[] = []
  let cursor: string | undefined
  for (let page = 0; page < ledgerPagesMax; page++) {
    const params = { limit: known === null ? 1 : 200, ...(cursor ? { cursor } : {}) }
    const answer = await session.call('audit.activity.list', params, LedgerPage).catch(ignoreUnknownMethod)
    if (!answer) return
    rows.push(...answer.events)
    const oldest = answer.events.at(-1)
    cursor = answer.nextCursor
    if (known === null || !cursor || !oldest || oldest.sequence <= known) break
  }
  const newest = rows[0]?.sequence ?? 0
  if (known === null) return memory.update({ ledgerSequence: newest })
  // A ledger that went back was begun anew: all of it is new to us.
  const from = newest < known ? 0 : known
  const fresh = rows.filter((row) => row.sequence > from).sort((a, b) => a.sequence - b.sequence)
  const young = fresh.findIndex((row) => row.occurredAt > untilMs)
  const due = young < 0 ? fresh : fresh.slice(0, young)
  await append(due.map(ledgerDraft).filter((draft) => draft !== null))
  const last = due.at(-1)
  if (last) await memory.update({ ledgerSequence: last.sequence })
}

/** All agents in one event that fits a frame; workspaces are left out before agents are. */
export function rosterDraft(agents: GatewayAgent[]): EventDraft {
  const fits = (list: GatewayAgent[]) => Buffer.byteLength(JSON.stringify(list)) <= eventBytesMax
  const listed = fits(agents) ? agents : agents.map((agent) => ({ ...agent, workspace: null }))
  return { type: 'gateway.roster', key: null, at: new Date().toISOString(), payload: { agents: listed } }
}

function ignoreUnknownMethod(error: unknown): null {
  if (error instanceof GatewayRequestFailed && error.code === 'INVALID_REQUEST') return null
  throw error
}
