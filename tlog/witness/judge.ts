import { parseCheckpoint } from '../checkpoint.ts'
import { emptyRoot, sameHash } from '../hash.ts'
import { verifyConsistency } from '../merkle.ts'
import { type NoteKey, parseNote, signatureLine, verifyNote } from '../note.ts'
import { parseAddCheckpoint } from './add-checkpoint.ts'

/** What a witness has cosigned last of a log. */
export interface Witnessed {
  size: number
  root: Uint8Array
}

/** The state of a witness that has never cosigned the log. */
export const nothingWitnessed = (): Witnessed => ({ size: 0, root: emptyRoot() })

/** A checkpoint that one of the log's keys has signed, and the claim that it continues another. */
export interface Submission {
  oldSize: number
  proof: Uint8Array[]
  /** The text of the note: what is cosigned. */
  text: string
  origin: string
  next: Witnessed
  /** The lines of the log's keys that we trust. */
  signatures: string
}

/** What a monitor is shown: the checkpoint as its log signed it, with the cosignature that was given for it. */
export const cosignedNote = ({ text, signatures }: Submission, cosignature: string): string =>
  `${text}\n${signatures}${cosignature}`

/** How C2SP tlog-witness refuses: as its text after v1.0.0 says, which answers another root of the same size with 422. */
export type Refusal =
  | { status: 400 | 403 | 404 | 422; because: string }
  /** `size`: what was cosigned last, which the answer tells. */
  | { status: 409; because: string; size: number }

const refuse = (status: 400 | 403 | 404 | 422, because: string): Refusal => ({ status, because })

/**
 * Reads a request and checks who signed its checkpoint. `keysOf` gives the keys that are trusted for an origin; null for
 * an origin that is not known. Nothing of a log's state is looked at yet.
 */
export const readSubmission = async (
  body: Uint8Array,
  keysOf: (origin: string) => Promise<readonly NoteKey[] | null>,
): Promise<Submission | Refusal> => {
  const request = parseAddCheckpoint(body)
  if (!request) return refuse(400, 'the body is no add-checkpoint request')
  const note = parseNote(request.checkpoint)
  const checkpoint = note && parseCheckpoint(note.text)
  if (!note || !checkpoint) return refuse(400, 'the checkpoint is none')
  const keys = await keysOf(checkpoint.origin)
  if (!keys) return refuse(404, 'the origin is not known')
  const signing = keys.filter((key) =>
    note.signatures.some(({ name, keyId }) => name === key.name && keyId === key.keyId),
  )
  const verified = await Promise.all(signing.map((key) => verifyNote(note, key)))
  if (verified.length === 0 || verified.includes(false)) return refuse(403, 'no trusted key has signed the checkpoint')
  const { origin, size, root } = checkpoint
  const signatures = note.signatures
    .filter(({ name, keyId }) => signing.some((key) => key.name === name && key.keyId === keyId))
    .map(({ name, keyId, signature }) => signatureLine(name, keyId, signature))
    .join('')
  if (request.oldSize > size) return refuse(400, 'the old size is above the size of the checkpoint')
  return { oldSize: request.oldSize, proof: request.proof, text: note.text, origin, next: { size, root }, signatures }
}

/**
 * Whether the submitted tree may be cosigned by a witness that has cosigned `latest`; null: it may, as soon as it is
 * stored in the place of exactly this `latest`.
 */
export const refusalOf = ({ oldSize, proof, next }: Submission, latest: Witnessed): Refusal | null => {
  if (oldSize !== latest.size) return { status: 409, because: 'another size was cosigned last', size: latest.size }
  if (next.size === 0 && !sameHash(next.root, emptyRoot())) return refuse(422, 'an empty tree has the root of no other')
  if (isContradiction({ oldSize, next }, latest))
    return refuse(422, 'a tree of this size with another root was cosigned')
  return verifyConsistency(proof, latest, next) ? null : refuse(422, 'the consistency proof does not verify')
}

/**
 * Whether the log contradicts itself: two roots of one size, both under its own signature. A proof that does not verify is
 * none, for anybody may have sent it.
 */
export const isContradiction = ({ oldSize, next }: Pick<Submission, 'oldSize' | 'next'>, latest: Witnessed): boolean =>
  latest.size > 0 && oldSize === latest.size && next.size === latest.size && !sameHash(next.root, latest.root)

export const sizeType = 'text/x.tlog.size'

/** The answer of HTTP: signature lines, or why not. */
export const refusalAnswer = (refusal: Refusal): { status: Refusal['status']; type: string; body: string } =>
  refusal.status === 409
    ? { status: 409, type: sizeType, body: `${refusal.size}\n` }
    : { status: refusal.status, type: 'text/plain; charset=utf-8', body: `${refusal.because}\n` }
