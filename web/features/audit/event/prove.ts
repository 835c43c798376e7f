import { fromBase64 } from '../../../../tlog/base64.ts'
import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { parseNote, parseVerifierKey } from '../../../../tlog/note.ts'
import { parseProofFile } from '../../../../tlog/proof-file.ts'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { ApiError } from '../../../api-error.ts'
import { fetchConsistency, fetchEvidence, fetchKeys } from '../integrity/fetch-log.ts'
import { pinnedPolicy } from '../integrity/pinned/policy.ts'
import { seenLog } from '../integrity/remembered.ts'
import { canCheckSignatures } from '../integrity/signatures.ts'
import { verifyEvent } from './verify-event.ts'

/** Fetches what proves an event and checks it here. Null when the evidence cannot be read; failed requests reject. */
export const prove = async (entry: AuditEntry, organizationId: string | undefined) => {
  const [evidence, named, supported] = await Promise.all([fetchEvidence(entry.seq), fetchKeys(), canCheckSignatures()])
  const note = parseNote(parseProofFile(evidence)?.checkpoint ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  const known = checkpoint && seenLog(checkpoint.origin)
  const pinned = organizationId === undefined ? null : pinnedPolicy(organizationId)
  const isPinned = pinned !== null && pinned.log.length > 0
  const isKnown = known !== null && known.keys.length > 0
  const keys = isPinned ? pinned.log : isKnown ? known.keys : named.flatMap((key) => parseVerifierKey(key) ?? [])
  const seen = known && { ...known, proof: checkpoint && (await proofBetween(known.size, checkpoint.size)) }
  const verdict = await verifyEvent({ entry, evidence, keys, canCheckSignatures: supported, seen, witnesses: pinned })
  const keysFrom = isPinned ? 'pinned' : isKnown ? 'seen' : 'server'
  return verdict && ({ ...verdict, keysFrom } as const)
}

/**
 * The proof that one of the two trees is the beginning of the other: evidence may stand on a checkpoint that is older than
 * the last check, for the sake of its witnesses. Null where there can be none, because the log is shorter than it was.
 */
const proofBetween = async (one: number, other: number): Promise<Uint8Array[] | null> => {
  const [from, to] = [Math.min(one, other), Math.max(one, other)]
  if (from === to || from === 0) return []
  const answer = await fetchConsistency(from, to).catch((error) => {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  })
  const hashes = answer?.proof.flatMap((hash) => fromBase64(hash) ?? [])
  return hashes && hashes.length === answer?.proof.length ? hashes : null
}
