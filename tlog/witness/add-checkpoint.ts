import { fromBase64, toBase64 } from '../base64.ts'
import { hashLength } from '../hash.ts'

/** The body of `POST <submission prefix>/add-checkpoint` of C2SP tlog-witness. */
export interface AddCheckpoint {
  /** What the witness is thought to have cosigned last; 0 for nothing. */
  oldSize: number
  /** RFC 6962 §2.1.2, from the old size to the checkpoint's. */
  proof: Uint8Array[]
  /** The signed note, verbatim. */
  checkpoint: string
}

/** More than any request needs: 63 hashes, and a note with a score of signatures, some of them post-quantum. */
export const addCheckpointBytesMax = 128 * 1024
const proofMax = 63
const oldLine = /^old (0|[1-9]\d{0,15})$/

export const formatAddCheckpoint = ({ oldSize, proof, checkpoint }: AddCheckpoint): string =>
  [`old ${oldSize}`, ...proof.map(toBase64), '', checkpoint].join('\n')

/** Null for what is no such body: every byte of it has one meaning. Whether the checkpoint is one is not looked at. */
export const parseAddCheckpoint = (body: Uint8Array): AddCheckpoint | null => {
  const text = body.length > addCheckpointBytesMax ? null : utf8Of(body)
  const split = text?.indexOf('\n\n') ?? -1
  if (text === null || split < 0) return null
  const [first = '', ...lines] = text.slice(0, split).split('\n')
  const oldSize = Number(oldLine.exec(first)?.[1] ?? Number.NaN)
  const proof = lines.flatMap((line) => fromBase64(line) ?? [])
  if (!Number.isSafeInteger(oldSize) || lines.length > proofMax || proof.length !== lines.length) return null
  if (proof.some((hash) => hash.length !== hashLength)) return null
  return { oldSize, proof, checkpoint: text.slice(split + 2) }
}

const utf8Of = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
