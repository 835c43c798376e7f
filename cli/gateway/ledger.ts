import type { EventDraft } from '../journal/draft.ts'
import { cut, cutOrNull, instant } from './bounded.ts'
import type { LedgerRow } from './frames.ts'
import { eventKey, toolCallRef } from './keys.ts'

const runOutcomes: Record<string, 'ok' | 'error' | 'aborted'> = {
  succeeded: 'ok',
  cancelled: 'aborted',
}
const toolOutcomes: Record<string, 'ok' | 'error' | 'denied'> = {
  succeeded: 'ok',
  blocked: 'denied',
}

/** A row of the gateway's ledger under the same key as the live event of the same happening, or null. */
export function ledgerDraft(row: LedgerRow): EventDraft | null {
  if (!row.runId || !row.agentId) return null
  const run = { agent: cut(row.agentId, 200), sessionKey: cut(row.sessionKey ?? ''), runId: row.runId }
  const at = instant(row.occurredAt)
  if (row.action === 'agent.run.started') {
    return { type: 'run.started', key: eventKey('run.started', row.runId), at, payload: run }
  }
  if (row.action === 'agent.run.finished') {
    const outcome = runOutcomes[row.status] ?? 'error'
    const error = outcome === 'error' ? cutOrNull(row.errorCode) : null
    const payload = { ...run, outcome, durationMs: null, error, usage: null }
    return { type: 'run.ended', key: eventKey('run.ended', row.runId), at, payload }
  }
  if (!row.toolCallId) return null
  const tool = cut(row.toolName ?? 'tool')
  const payload = { ...run, tool, toolCallId: cut(row.toolCallId), title: tool }
  const ref = toolCallRef(row.toolCallId)
  if (row.action === 'tool.action.started') {
    return { type: 'tool.started', key: eventKey('tool.started', row.runId, ref), at, payload }
  }
  if (row.action === 'tool.action.finished') {
    const outcome = toolOutcomes[row.status] ?? 'error'
    return {
      type: 'tool.ended',
      key: eventKey('tool.ended', row.runId, ref),
      at,
      payload: { ...payload, outcome, exitCode: null, durationMs: null },
    }
  }
  return null
}
