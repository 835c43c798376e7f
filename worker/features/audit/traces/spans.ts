import { digestOf } from '../../../platform/secrets.ts'
import type { AuditEntry, TracedEntry } from '../contract.ts'
import { placeOf, spanPrefix } from './rules.ts'

/** The id that a call was given, or one that follows from the trace and the key: the same in every answer. */
export const spanIdOf = (traceId: string, key: string): string =>
  key.startsWith(spanPrefix) ? key.slice(spanPrefix.length) : digestOf(`${traceId} ${key}`).slice(0, 16)

/** Where an event belongs in its trace; the ids are those of the spans of `GET /audit/traces/{traceId}`. */
export const traced = (entry: AuditEntry): TracedEntry => {
  const { traceId } = entry
  if (traceId === null) return { ...entry, spanId: null, parentSpanId: null }
  const { key, parentKey } = placeOf(entry)
  return {
    ...entry,
    spanId: spanIdOf(traceId, key),
    parentSpanId: parentKey === null ? null : spanIdOf(traceId, parentKey),
  }
}
