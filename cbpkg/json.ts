import canonicalize from 'canonicalize'
import type { z } from 'zod'
import type { Bytes } from './bytes.ts'

const utf8 = new TextEncoder()
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** JSON in its one canonical form (RFC 8785). */
export const toCanonical = (value: unknown): Bytes => new Uint8Array(utf8.encode(canonicalize(value) ?? 'null'))

/** Null for what is no UTF-8, no JSON, not in canonical form, or not of this shape. */
export const parseCanonical = <T extends z.ZodType>(schema: T, bytes: Uint8Array): z.infer<T> | null => {
  try {
    const json = text.decode(bytes)
    const value: unknown = JSON.parse(json)
    // Two readers cannot take different meanings from a text that has one spelling only.
    return canonicalize(value) === json ? (schema.safeParse(value).data ?? null) : null
  } catch {
    return null
  }
}
