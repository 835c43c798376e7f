import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { canonical } from '../../worker/platform/canonical.ts'

/** What an event may say, in bytes of canonical JSON. */
export const payloadBytesMax = 65_536
const headLengthMax = 4_096
const fieldLengthMax = 256
const fieldsMax = 32

type Payload = Record<string, unknown>

/**
 * A payload as it enters the sequence, with its canonical text. One that is longer than an event may be is cut here and
 * nowhere else, behind masking, so that its head shows nothing that was masked: the event is kept with its short fields, by
 * which it is found and belongs to its run, and `cutPayload` says what is missing: how many bytes it had, their SHA-256,
 * by which whoever has the whole can prove it, and how it began. Pure.
 */
export const boundPayload = (given: Payload): { payload: Payload; text: string } => {
  const text = canonical(given)
  // A UTF-16 unit is at most three bytes of UTF-8: only what could be too long is measured.
  if (text.length * 3 <= payloadBytesMax) return { payload: given, text }
  const bytes = Buffer.byteLength(text)
  if (bytes <= payloadBytesMax) return { payload: given, text }
  const sha256 = createHash('sha256').update(text).digest('hex')
  const cutPayload = { sha256, bytes, head: text.slice(0, headLengthMax).toWellFormed() }
  const payload = { ...shortFields(given), cutPayload }
  return { payload, text: canonical(payload) }
}

const shortFields = (given: Payload): Payload =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([name, value]) => name.length <= fieldLengthMax && isShort(value))
      .slice(0, fieldsMax),
  )

const isShort = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.length <= fieldLengthMax
    : value === null || typeof value === 'number' || typeof value === 'boolean'
