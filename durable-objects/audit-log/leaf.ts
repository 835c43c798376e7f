/// <reference lib="esnext.typedarrays" />
import { textLeafHash } from '../../tlog/hash.ts'
import { hmacOfText } from '../../tlog/sha256.ts'
import type { AuditInput } from './rpc.ts'

const unpadded = { alphabet: 'base64url', omitPadding: true } as const

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
  // Written out, at a third of what the platform's JSON of such an object takes. Keys stand in RFC 8785 order; numbers are
  // integers, and there is nothing to escape in what is of a closed list or of our own making.
  `{"actor":{"id":${quoted(event.actor.id)},"kind":"${event.actor.kind}"},"agent":${quoted(event.agentId)},` +
  `"at":${event.at},"connector":${quoted(event.connectorId)},"id":"${id}",` +
  `"pl":{"alg":"HMAC-SHA-256","commit":"${hmacOfText(salt, payload).toBase64(unpadded)}"},` +
  `"risk":"${event.risk}","seq":${seq},"target":${quoted(event.target)},"trace":${quoted(event.traceId)},` +
  `"ts":${recordedAt},"type":"${event.type}","v":1}`

const quoted = (text: string | null): string => JSON.stringify(text)

/** RFC 6962 §2.1: SHA-256 over 0x00 and the leaf. Without an await, unlike WebCrypto: see `appendEvents`. */
export const leafHash = textLeafHash
