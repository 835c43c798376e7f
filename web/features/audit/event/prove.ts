import { fromBase64 } from '../../../../tlog/base64.ts'
import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { parseNote, parseVerifierKey } from '../../../../tlog/note.ts'
import { parseProofFile } from '../../../../tlog/proof-file.ts'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { fetchConsistency, fetchEvidence, fetchKeys } from '../integrity/fetch-log.ts'
import { seenLog } from '../integrity/remembered.ts'
import { canCheckSignatures } from '../integrity/signatures.ts'
import { verifyEvent } from './verify-event.ts'

/** Fetches what proves an event and checks it here. Null when the evidence cannot be read; failed requests reject. */
export const prove = async (entry: AuditEntry) => {
  const [evidence, named, supported] = await Promise.all([fetchEvidence(entry.seq), fetchKeys(), canCheckSignatures()])
  const note = parseNote(parseProofFile(evidence)?.checkpoint ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  const known = checkpoint && seenLog(checkpoint.origin)
  const isKnown = known !== null && known.keys.length > 0
  const keys = isKnown ? known.keys : named.flatMap((key) => parseVerifierKey(key) ?? [])
  const seen = known && { ...known, proof: checkpoint && (await grewFrom(known.size, checkpoint.size)) }
  const verdict = await verifyEvent({ entry, evidence, keys, canCheckSignatures: supported, seen })
  return verdict && { ...verdict, keysFrom: isKnown ? ('seen' as const) : ('server' as const) }
}

/** The proof that the log only grew; null where there can be none, because it is shorter than it was. */
const grewFrom = async (from: number, to: number): Promise<Uint8Array[] | null> => {
  if (from > to) return null
  if (from === to || from === 0) return []
  const { proof } = await fetchConsistency(from, to)
  const hashes = proof.flatMap((hash) => fromBase64(hash) ?? [])
  return hashes.length === proof.length ? hashes : null
}
