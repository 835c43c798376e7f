import { Buffer } from 'node:buffer'
import { hashLength } from '../../tlog/hash.ts'
import { consistencyProof, inclusionProof, rootBehind, rootOf } from '../../tlog/merkle.ts'
import { hex } from '../../tlog/note.ts'
import { formatProofFile } from '../../tlog/proof-file.ts'
import { partialWidth, tileWidth } from '../../tlog/tiles.ts'
import type { SignedCheckpoint } from './checkpoints.ts'
import type { ConsistencyProof, InclusionProof, ProvenEvent } from './rpc.ts'
import { headOf, storedBetween, storedEvent } from './segments/read.ts'
import { completeNodes, entryBundle, type RaggedEnd, tilesOf } from './tree.ts'

/** What proves an event, and what opens its commitment; both are null once it has been erased. */
export interface Opened {
  leaf: string
  payload: string | null
  salt: string | null
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** `1 ≤ seq ≤ size`, and `size` not above the newest checkpoint: the caller has checked. */
export const proveInclusion = (sql: SqlStorage, seq: number, size: number, end?: RaggedEnd): InclusionProof => {
  completeNodes(sql, size)
  const tiles = tilesOf(sql, size, end)
  const at = (seq - 1) % tileWidth
  const leaf = tiles(0, Math.floor((seq - 1) / tileWidth), at + 1).subarray(at * hashLength)
  const index = seq - 1
  const proof = inclusionProof(tiles, index, size)
  // What the ragged end of the tree hashes to is in the proof already: hashing it once more took as long as all the rest.
  const root = rootBehind(proof, { index, size, leaf })
  if (root === null) throw new Error(`the proof of ${seq} in ${size} has another length`)
  return { seq, index, size, leafHash: hex(leaf), root: base64(root), proof: proof.map(base64) }
}

/** `1 ≤ from ≤ to`, and `to` not above the newest checkpoint: the caller has checked. */
export const proveConsistency = (sql: SqlStorage, from: number, to: number, end?: RaggedEnd): ConsistencyProof => {
  completeNodes(sql, to)
  const tiles = tilesOf(sql, to, end)
  return {
    from,
    to,
    fromRoot: base64(rootOf(tiles, from)),
    toRoot: base64(rootOf(tiles, to)),
    proof: consistencyProof(tiles, from, to).map(base64),
  }
}

/** A tlog-proof file; its extra data is the leaf, and what opens its commitment: payload and salt. */
export const proofFileOf = (
  sql: SqlStorage,
  seq: number,
  opened: Opened,
  { size, note }: SignedCheckpoint,
  end?: RaggedEnd,
): string => {
  completeNodes(sql, size)
  return formatProofFile({
    extra: new TextEncoder().encode(JSON.stringify(opened)),
    index: seq - 1,
    proof: inclusionProof(tilesOf(sql, size, end), seq - 1, size),
    checkpoint: note,
  })
}

/** Null for what a log of this size does not have. */
export const tileOf = (
  sql: SqlStorage,
  level: number | 'entries',
  n: number,
  width: number,
  size: number,
): Uint8Array | null => {
  const height = level === 'entries' ? 0 : level
  const hashes = Math.floor(size / tileWidth ** height)
  const available = n < Math.floor(hashes / tileWidth) ? tileWidth : partialWidth(size, height)
  if (n * tileWidth >= hashes || width > available) return null
  completeNodes(sql, size)
  return level === 'entries' ? entryBundle(sql, n, width) : tilesOf(sql)(level, n, width)
}

export const provenEvents = (sql: SqlStorage, after: number, limit: number): ProvenEvent[] =>
  [...storedBetween(sql, after + 1, Math.min(headOf(sql), after + limit))].map(
    ({ seq, leaf, leafHash, payload, salt }) => ({
      seq,
      leaf,
      hash: hex(leafHash),
      payload,
      salt: salt && base64(salt),
    }),
  )

/** Only of an event that the window has. */
export const openedEvent = (sql: SqlStorage, seq: number): Opened => {
  const event = storedEvent(sql, seq)
  if (!event) throw new Error(`there is no event ${seq}`)
  return { leaf: event.leaf, payload: event.payload, salt: event.salt && base64(event.salt) }
}
