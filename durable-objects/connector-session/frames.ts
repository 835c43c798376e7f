import type { z } from 'zod'
import {
  FrameFromConnector,
  type FrameToConnector,
  frameBytesMax,
} from '../../worker/features/connectors/link/contract.ts'
import { fits } from '../support/fits.ts'

/** As JSON may spell half of a character. What is whole may match as well; it stays as it is. */
const loneSurrogate = /\\u[dD][89a-fA-F]/

/** Made of the first frame: of the contract's many schemas a Worker that starts needs none. */
let fitsContract: ((value: unknown) => value is FrameFromConnector) | undefined

export interface BadFrame {
  fault: string
  /** Where and why; never the content. */
  detail: string
}

/** Parses a frame by the contract. What does not fit is told by path, never by content. */
export const parseFrame = (
  message: string | ArrayBuffer,
): { ok: true; frame: FrameFromConnector } | ({ ok: false } & BadFrame) => {
  if (typeof message !== 'string') return { ok: false, fault: 'binary', detail: 'frames are text' }
  if (isOversized(message)) return { ok: false, fault: 'oversized', detail: `over ${frameBytesMax} bytes` }
  let json: unknown
  try {
    // Half a character has no canonical form, and what has none could never enter the sequence.
    json = loneSurrogate.test(message)
      ? JSON.parse(message, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value))
      : JSON.parse(message)
  } catch {
    return { ok: false, fault: 'not-json', detail: 'the frame is not JSON' }
  }
  fitsContract ??= fits(FrameFromConnector)
  if (fitsContract(json)) return { ok: true, frame: json }
  const parsed = FrameFromConnector.safeParse(json)
  if (parsed.success) return { ok: true, frame: parsed.data }
  const { path, message: why } = deepest(parsed.error.issues)
  return { ok: false, fault: 'unfit', detail: `${path.join('.')}: ${why}` }
}

/** Of the alternatives that a frame could have been, the one that it came closest to says best what is wrong. */
const deepest = (
  issues: readonly z.core.$ZodIssue[],
  above: PropertyKey[] = [],
): { path: string[]; message: string } => {
  const faults = issues.map((issue) => {
    const path = [...above, ...issue.path]
    if (issue.code === 'invalid_union' && issue.errors.length > 0)
      return issue.errors.map((alternative) => deepest(alternative, path)).reduce(longer)
    return { path: path.map(String), message: issue.message }
  })
  return faults.reduce(longer, { path: [], message: 'does not fit' })
}

const longer = <T extends { path: string[] }>(a: T, b: T): T => (b.path.length > a.path.length ? b : a)

/** A UTF-16 unit is at most three bytes of UTF-8: only what could be too long is measured. */
const isOversized = (message: string): boolean =>
  message.length > frameBytesMax ||
  (message.length * 3 > frameBytesMax && new TextEncoder().encode(message).length > frameBytesMax)

/** A socket that closed in the meantime loses nothing: commands wait, and acknowledgements are repeated. */
export const sendFrame = (socket: WebSocket, frame: FrameToConnector): void => {
  try {
    socket.send(JSON.stringify(frame))
  } catch {
    socket.close(1011, 'could not send')
  }
}
