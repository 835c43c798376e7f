import { createHash, createHmac } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { AuditInput } from './rpc.ts'

/** RFC 8785 text of a JSON value. Throws for what is not JSON. */
export const canonical = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('not a JSON value')
  return text
}

/**
 * The canonical bytes that an event is proven by. They hold ids, times and a salted commitment to the payload, never
 * free text: destroying payload and salt erases what was said and leaves every hash as it is.
 */
export const leafOf = (
  event: AuditInput,
  id: string,
  seq: number,
  recordedAt: number,
  payload: string,
  salt: Uint8Array,
): string =>
  // Keys stand in RFC 8785 order and hold only strings and integers: so this is the canonical text, at a third of the cost.
  JSON.stringify({
    actor: { id: event.actor.id, kind: event.actor.kind },
    agent: event.agentId,
    at: event.at,
    connector: event.connectorId,
    id,
    pl: { alg: 'HMAC-SHA-256', commit: createHmac('sha256', salt).update(payload).digest('base64url') },
    risk: event.risk,
    seq,
    target: event.target,
    trace: event.traceId,
    ts: recordedAt,
    type: event.type,
    v: 1,
  })

/** RFC 6962 §2.1: SHA-256 over 0x00 and the leaf. Without an await, unlike WebCrypto: see `appendEvents`. */
export const leafHash = (leaf: string): Buffer => createHash('sha256').update('\0').update(leaf).digest()
