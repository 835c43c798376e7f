import { consistencyProof } from '../../../tlog/merkle.ts'
import { noteBytesMax, parseVerifierKey } from '../../../tlog/note.ts'
import { formatAddCheckpoint } from '../../../tlog/witness/add-checkpoint.ts'
import { readWitnessAnswer, type WitnessAnswer } from '../../../tlog/witness/answer.ts'
import { askOutbound, refusedTarget } from '../../../worker/platform/outbound.ts'
import type { SignedCheckpoint } from '../checkpoints.ts'
import { completeNodes, tilesOf } from '../tree.ts'
import type { WitnessFault, WitnessStatus } from './rpc.ts'

/** A witness may be told of a newer size by somebody else while we ask. */
const roundsMax = 3

export type Submitted =
  | { ok: true; size: number; line: string }
  /** `size`: what the witness says that it has cosigned, where it says so. */
  | { ok: false; fault: WitnessFault; size: number | null }

/**
 * Submits the newest checkpoint to a witness, with the proof from what it cosigned last; when it says that this is another
 * size, from that one. Changes nothing here. Throws when the tree has not what its checkpoint says.
 */
export const submitCheckpoint = async (
  sql: SqlStorage,
  witness: WitnessStatus,
  { newest, allowPrivate }: { newest: () => SignedCheckpoint; allowPrivate: boolean },
): Promise<Submitted> => {
  const key = parseVerifierKey(witness.vkey)
  if (!key) throw new Error('not a verifier key')
  if (refusedTarget(witness.url, { allowPrivate }) !== null) return failed('not_allowed')
  let oldSize = witness.size
  for (let round = 0; round < roundsMax; round++) {
    const { size, note } = newest()
    // We have less than it cosigned: asked from zero it tells how much it has.
    if (oldSize > size) oldSize = 0
    const asked = await askOutbound(`${witness.url}/add-checkpoint`, {
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: formatAddCheckpoint({ oldSize, proof: proofOf(sql, oldSize, size), checkpoint: note }),
      allowPrivate,
      answerBytesMax: noteBytesMax,
    })
    if (!asked.ok || asked.status >= 500) return failed('unreachable')
    if (asked.status === 429) return failed('rate_limited')
    const told = { status: asked.status, type: asked.type, body: asked.text ?? '' }
    const answer = await readWitnessAnswer(told, { note, size, oldSize, key })
    if (answer.kind === 'cosigned') return { ok: true, size, line: answer.line }
    if (answer.kind !== 'conflict') return failed(faultOf[answer.kind])
    if (answer.size > newest().size) return failed('shrunk', answer.size)
    oldSize = answer.size
  }
  return failed('wrong_answer')
}

const failed = (fault: WitnessFault, size: number | null = null): Submitted => ({ ok: false, fault, size })

const faultOf: Record<Exclude<WitnessAnswer['kind'], 'cosigned' | 'conflict'>, WitnessFault> = {
  inconsistent: 'forked',
  'unknown-log': 'unknown_log',
  'unknown-key': 'unknown_key',
  wrong: 'wrong_answer',
  'wrong-signature': 'wrong_signature',
}

const proofOf = (sql: SqlStorage, from: number, to: number): Uint8Array[] => {
  if (from === 0 || from === to) return []
  completeNodes(sql, to)
  return consistencyProof(tilesOf(sql, to), from, to)
}
