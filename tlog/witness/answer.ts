import { type NoteKey, parseNote } from '../note.ts'
import { cosignersOf } from './cosignature.ts'
import { sizeType } from './judge.ts'

/** What a log makes of a witness's answer. */
export type WitnessAnswer =
  /** The line, to be put behind the checkpoint. `time` in seconds since 1970. */
  | { kind: 'cosigned'; line: string; time: number }
  /** It has cosigned this size last, which is not what we said. */
  | { kind: 'conflict'; size: number }
  /** It holds our tree against what it has seen, and they do not fit. */
  | { kind: 'inconsistent' }
  | { kind: 'unknown-log' }
  | { kind: 'unknown-key' }
  /** Nothing that the specification knows. */
  | { kind: 'wrong' }
  /** It says 200, and has not signed with the key that we know. */
  | { kind: 'wrong-signature' }

/**
 * Reads the answer to a submission of `note`, of a tree of `size`, whose old size was `oldSize`, from the witness with this
 * key. Signatures of keys that we do not know are passed over.
 */
export const readWitnessAnswer = async (
  { status, type, body }: { status: number; type: string; body: string },
  { note, size, oldSize, key }: { note: string; size: number; oldSize: number; key: NoteKey },
): Promise<WitnessAnswer> => {
  if (status === 404) return { kind: 'unknown-log' }
  if (status === 403) return { kind: 'unknown-key' }
  if (status === 422) return { kind: 'inconsistent' }
  if (status === 409) {
    const [, text] = /^(0|[1-9]\d{0,15})\n$/.exec(body) ?? []
    const last = Number(text ?? Number.NaN)
    if (type.split(';')[0]?.trim() !== sizeType || !Number.isSafeInteger(last)) return { kind: 'wrong' }
    if (last !== oldSize) return { kind: 'conflict', size: last }
    // The size that we named is the one it has: what does not fit is the root.
    return last === size ? { kind: 'inconsistent' } : { kind: 'wrong' }
  }
  return status === 200 ? cosignatureIn(body, note, key) : { kind: 'wrong' }
}

const cosignatureIn = async (body: string, checkpoint: string, key: NoteKey): Promise<WitnessAnswer> => {
  const text = checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1)
  // The body has to be signature lines and nothing else; at most as many as a note may have.
  if (parseNote(`${text}\n${body}`)?.text !== text) return { kind: 'wrong' }
  for (const line of body.split('\n').slice(0, -1)) {
    const alone = parseNote(`${text}\n${line}\n`)
    const [signed] = alone ? (await cosignersOf(alone, [key])).cosigned : []
    if (signed) return { kind: 'cosigned', line: `${line}\n`, time: signed.time }
  }
  return { kind: 'wrong-signature' }
}
