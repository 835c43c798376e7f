import { z } from 'zod'
import { fromBase64, toBase64 } from '../../../../tlog/base64.ts'
import { type NoteKey, parseVerifierKey } from '../../../../tlog/note.ts'

/** What this browser has verified of a log: the one thing that a server cannot take back. */
const Kept = z.object({
  size: z.number().int().nonnegative(),
  root: z.string(),
  keys: z.array(z.string()),
  at: z.iso.datetime(),
})

export type SeenLog = { size: number; root: Uint8Array; keys: NoteKey[]; at: string }

const keyOf = (origin: string) => `clawbutler.log.${origin}`

/** Null for a log that this browser has not verified, or has forgotten. */
export const seenLog = (origin: string): SeenLog | null => {
  try {
    const kept = Kept.parse(JSON.parse(localStorage.getItem(keyOf(origin)) ?? 'null'))
    const root = fromBase64(kept.root)
    return root && { ...kept, root, keys: kept.keys.flatMap((key) => parseVerifierKey(key) ?? []) }
  } catch {
    return null
  }
}

/** Keeps what has just been verified, for the next time. */
export const rememberLog = (origin: string, seen: { size: number; root: Uint8Array; keys: string[]; at: Date }) => {
  const kept: z.infer<typeof Kept> = { ...seen, root: toBase64(seen.root), at: seen.at.toISOString() }
  try {
    localStorage.setItem(keyOf(origin), JSON.stringify(kept))
  } catch {
    // Without storage nothing is remembered, and the page says so.
  }
}

/** After this the next check begins anew, and trusts what the log says of its keys. */
export const forgetLog = (origin: string) => {
  try {
    localStorage.removeItem(keyOf(origin))
  } catch {
    // Without storage there is nothing to forget.
  }
}
