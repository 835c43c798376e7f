import { z } from 'zod'
import { type NoteKey, parseVerifierKey, signatureTypes } from '../../../../../tlog/note.ts'

/**
 * What a person insists on when this browser verifies the log of an organization: whose signature, and how many of which
 * witnesses. It is kept here alone, so no server can change it.
 */
export interface PinnedPolicy {
  log: NoteKey[]
  witnesses: NoteKey[]
  quorum: number
}

/** Verifier keys as they were given, those of the log and those of witnesses. */
const Kept = z.object({ keys: z.array(z.string()), quorum: z.number().int().nonnegative() })

const placeOf = (organizationId: string) => `clawbutler.policy.${organizationId}`

/** Keys, one on each line, by what they are for; `wrong` are the lines that are none. */
export const readKeys = (text: string): { log: NoteKey[]; witnesses: NoteKey[]; wrong: string[] } => {
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  const keys = lines.map((line) => ({ line, key: parseVerifierKey(line) }))
  const known = keys.flatMap(({ key }) => key ?? [])
  return {
    log: known.filter(({ type }) => type !== signatureTypes.cosignature),
    witnesses: known.filter(({ type }) => type === signatureTypes.cosignature),
    wrong: keys.flatMap(({ line, key }) => (key ? [] : [line])),
  }
}

/** Null where nothing is insisted on. */
export const pinnedPolicy = (organizationId: string): (PinnedPolicy & { text: string }) | null => {
  try {
    const { keys, quorum } = Kept.parse(JSON.parse(localStorage.getItem(placeOf(organizationId)) ?? 'null'))
    const text = keys.join('\n')
    const { log, witnesses } = readKeys(text)
    return { log, witnesses, quorum, text }
  } catch {
    return null
  }
}

/** False where this browser keeps nothing. */
export const pinPolicy = (organizationId: string, text: string, quorum: number): boolean => {
  const keys = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  const kept: z.infer<typeof Kept> = { keys, quorum }
  try {
    if (keys.length === 0) localStorage.removeItem(placeOf(organizationId))
    else localStorage.setItem(placeOf(organizationId), JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}
