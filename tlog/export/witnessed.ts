import { parseCheckpoint } from '../checkpoint.ts'
import { type Note, type NoteKey, parseNote } from '../note.ts'
import { cosignersOf } from '../witness/cosignature.ts'
import type { ExportHead } from './contract.ts'

/** Whose cosignatures count, and how many of them there have to be. */
export interface WitnessPolicy {
  keys: NoteKey[]
  quorum: number
}

/** How far a log is witnessed, and by whom. */
export interface Witnessed {
  size: number
  /** `at` in seconds since 1970, by the witness's own clock. */
  by: { witness: string; at: number }[]
}

/** A checkpoint that the head of an export carries. */
export interface HeadPoint {
  note: Note
  origin: string
  size: number
  root: Uint8Array
}

/** Null for what is no checkpoint. */
export const pointOf = (text: string | undefined): HeadPoint | null => {
  const note = parseNote(text ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  return note && checkpoint && { note, ...checkpoint }
}

/** The checkpoints of a head, the newest first: that of the whole file, and the newest that enough witnesses had cosigned. */
export const pointsOf = (head: ExportHead): HeadPoint[] =>
  [pointOf(head.checkpoint), pointOf(head.witnessed)].flatMap((point) => point ?? [])

/**
 * The first of the checkpoints that as many witnesses have cosigned as the policy asks for, or else the one that most of
 * them have; and the witnesses whose signature is wrong, on whichever it stands. Without any key nothing is looked at.
 */
export const witnessedOf = async (
  points: HeadPoint[],
  { keys, quorum }: WitnessPolicy,
): Promise<{ witnessed: Witnessed | null; isEnough: boolean; wrong: string[] }> => {
  const found: Witnessed[] = []
  const wrong: string[] = []
  for (const { note, size } of keys.length === 0 ? [] : points) {
    const cosigners = await cosignersOf(note, keys)
    wrong.push(...cosigners.wrong.map(nameOf))
    found.push({ size, by: cosigners.cosigned.map(({ key, time }) => ({ witness: nameOf(key), at: time })) })
  }
  const enough = found.find(({ by }) => by.length >= Math.max(1, quorum))
  const most = found.toSorted((a, b) => b.by.length - a.by.length)[0]
  return { witnessed: enough ?? most ?? null, isEnough: enough !== undefined || quorum === 0, wrong }
}

const nameOf = ({ name, keyId }: NoteKey): string => `${name}+${keyId}`
