import { queryOptions } from '@tanstack/react-query'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { Trace } from '../../../../worker/features/audit/traces/contract.ts'
import { type Risk, risks } from '../../../../worker/platform/contract.ts'
import { request } from '../../../api.ts'

export const traceQuery = (traceId: string) =>
  queryOptions({ queryKey: ['audit-trace', traceId], queryFn: () => request(Trace, `/audit/traces/${traceId}`) })

/** Events that begin or end what a trace is made of. */
export const telling = 'run.started,run.ended,approval.requested,approval.opened,approval.decided'

/** The trace that a text names: its 32 hex digits, alone or inside a W3C `traceparent`. */
export const traceIdIn = (text: string): string | null => {
  const found = /^(?:00-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/.exec(text.trim().toLowerCase())
  return found?.[1] ?? null
}

export type TraceLine = { traceId: string; newest: AuditEntry; risk: Risk; agentIds: string[]; events: number }

/** The traces that events tell of, in the order in which something was last heard of them. */
export const tracesOf = (entries: readonly AuditEntry[]): TraceLine[] => {
  const lines = new Map<string, TraceLine>()
  for (const entry of entries) {
    const { traceId, agentId, risk } = entry
    if (traceId === null) continue
    const line = lines.get(traceId) ?? { traceId, newest: entry, risk, agentIds: [], events: 0 }
    if (agentId !== null && !line.agentIds.includes(agentId)) line.agentIds.push(agentId)
    if (risks.indexOf(risk) > risks.indexOf(line.risk)) line.risk = risk
    line.events += 1
    lines.set(traceId, line)
  }
  return [...lines.values()]
}
