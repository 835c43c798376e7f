import { Buffer } from 'node:buffer'
import canonicalize from 'canonicalize'
import { textLeafHash } from '../../tlog/hash.ts'
import { hmacOfText } from '../../tlog/sha256.ts'
import type { AuditInput } from './rpc.ts'

/** RFC 8785 text of a JSON value. Throws for what is not JSON. */
export const canonical = (value: unknown): string => {
  const ordered = inOrder(value)
  const text = ordered === undefined ? canonicalize(value) : JSON.stringify(ordered)
  if (text === undefined) throw new Error('not a JSON value')
  return text
}

/**
 * The value with the names of its objects in the order of RFC 8785, so that the platform's own JSON of it is canonical, at a
 * third of the cost; undefined where that would come out otherwise, or where there is something to refuse.
 */
const inOrder = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) {
    const items = value.map(inOrder)
    return items.includes(undefined) ? undefined : items
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const ordered: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(value).sort(byName)) {
    const inside = inOrder(held)
    if (inside === undefined || !isOrdinary.test(name)) return undefined
    ordered[name] = inside
  }
  return ordered
}

/** Names that an object keeps in the order in which they came: numbers it would put first, and `__proto__` is no name. */
const isOrdinary = /^[A-Za-z]\w*$/
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

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
    pl: { alg: 'HMAC-SHA-256', commit: Buffer.from(hmacOfText(salt, payload)).toString('base64url') },
    risk: event.risk,
    seq,
    target: event.target,
    trace: event.traceId,
    ts: recordedAt,
    type: event.type,
    v: 1,
  })

/** RFC 6962 §2.1: SHA-256 over 0x00 and the leaf. Without an await, unlike WebCrypto: see `appendEvents`. */
export const leafHash = textLeafHash
