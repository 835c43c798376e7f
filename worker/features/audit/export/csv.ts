import type { AuditEntry, TracedEntry } from '../contract.ts'
import { traced } from '../traces/spans.ts'

/** Excel takes a file for UTF-8 only when it begins with this; who reads by RFC 4180 and UTF-8 skips it. */
const byteOrderMark = '\uFEFF'

const columns: Record<string, (entry: TracedEntry) => string | number> = {
  seq: (entry) => entry.seq,
  id: (entry) => entry.id,
  type: (entry) => entry.type,
  at: (entry) => entry.at,
  recordedAt: (entry) => entry.recordedAt,
  actorKind: (entry) => entry.actor.kind,
  actorId: (entry) => entry.actor.id,
  agentId: (entry) => entry.agentId ?? '',
  connectorId: (entry) => entry.connectorId ?? '',
  target: (entry) => entry.target ?? '',
  risk: (entry) => entry.risk,
  traceId: (entry) => entry.traceId ?? '',
  spanId: (entry) => entry.spanId ?? '',
  parentSpanId: (entry) => entry.parentSpanId ?? '',
  isErased: (entry) => (entry.isErased ? 'true' : 'false'),
  leafHash: (entry) => entry.leafHash,
  payload: (entry) => JSON.stringify(entry.payload),
}

/** The first line, behind the mark that tells Excel the encoding. */
export const csvHead = (): string => `${byteOrderMark}${Object.keys(columns).join(',')}\r\n`

export const csvLine = (entry: AuditEntry): string => {
  const whole = traced(entry)
  const cells = Object.values(columns).map((read) => cell(read(whole)))
  return `${cells.join(',')}\r\n`
}

/**
 * What a spreadsheet would run as a formula gets an apostrophe in front, also where the sign is a full-width one, which
 * East Asian spreadsheets take as well. No column of ours begins so by itself.
 */
const cell = (value: string | number): string => {
  if (typeof value === 'number') return String(value)
  const harmless = /^[\s]*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) || harmless !== harmless.trim() ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
