import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import canonicalize from 'canonicalize'
import { toBase64Url } from '../../worker/platform/secrets.ts'
import type { AuditInput } from './rpc.ts'

const utf8 = new TextEncoder()
const leafPrefix = Uint8Array.of(0)

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
  canonical({
    v: 1,
    seq,
    id,
    type: event.type,
    at: event.at,
    ts: recordedAt,
    actor: { kind: event.actor.kind, id: event.actor.id },
    agent: event.agentId,
    connector: event.connectorId,
    target: event.target,
    risk: event.risk,
    trace: event.traceId,
    pl: { alg: 'HMAC-SHA-256', commit: toBase64Url(hmac(sha256, salt, utf8.encode(payload))) },
  })

/** RFC 6962 §2.1: SHA-256 over 0x00 and the leaf. */
export const leafHash = (leaf: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(sha256.create().update(leafPrefix).update(utf8.encode(leaf)).digest())
