/** Where a caller stands in its own trace, as W3C Trace Context names it: 32 and 16 hex digits. */
export interface TraceParent {
  traceId: string
  parentId: string
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/

/**
 * Reads a `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header). Null for one that is none: its
 * sender then has no trace, and ours begins anew. Of later versions only what version 00 has is read. Pure.
 */
export const parseTraceparent = (header: string | undefined): TraceParent | null => {
  const [, version, traceId = '', parentId = '', more] = form.exec(header ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  return isZero(traceId) || isZero(parentId) ? null : { traceId, parentId }
}

const isZero = (digits: string): boolean => /^0+$/.test(digits)

/** The header that names a span of ours; always sampled, since the audit keeps all. */
export const formatTraceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`

export const newTraceId = (): string => crypto.randomUUID().replaceAll('-', '')
/** 16 hex digits; the version digit of a UUID is no zero, so neither is this. */
export const newSpanId = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16)
