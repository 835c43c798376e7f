import { Buffer } from 'node:buffer'
import { consistencyProof, inclusionProof, rootOf } from '../../tlog/merkle.ts'
import { hex } from '../../tlog/note.ts'
import { formatProofFile } from '../../tlog/proof-file.ts'
import { partialWidth, tileWidth } from '../../tlog/tiles.ts'
import type { SignedCheckpoint } from './checkpoints.ts'
import type { ConsistencyProof, InclusionProof, ProvenEvent } from './rpc.ts'
import { completeNodes, entryBundle, tilesOf } from './tree.ts'

interface Stored extends Record<string, SqlStorageValue> {
  leaf: string
  leaf_hash: ArrayBuffer
  payload: string | null
  salt: ArrayBuffer | null
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
/** Null once the payload has been erased. */
const base64OrNull = (bytes: ArrayBuffer | null): string | null => bytes && base64(new Uint8Array(bytes))

/** `1 ≤ seq ≤ size`, and `size` not above the newest checkpoint: the caller has checked. */
export const proveInclusion = (sql: SqlStorage, seq: number, size: number): InclusionProof => {
  completeNodes(sql, size)
  const tiles = tilesOf(sql)
  const { leaf_hash } = storedEvent(sql, seq)
  return {
    seq,
    index: seq - 1,
    size,
    leafHash: hex(new Uint8Array(leaf_hash)),
    root: base64(rootOf(tiles, size)),
    proof: inclusionProof(tiles, seq - 1, size).map(base64),
  }
}

/** `1 ≤ from ≤ to`, and `to` not above the newest checkpoint: the caller has checked. */
export const proveConsistency = (sql: SqlStorage, from: number, to: number): ConsistencyProof => {
  completeNodes(sql, to)
  const tiles = tilesOf(sql)
  return {
    from,
    to,
    fromRoot: base64(rootOf(tiles, from)),
    toRoot: base64(rootOf(tiles, to)),
    proof: consistencyProof(tiles, from, to).map(base64),
  }
}

/** A tlog-proof file; its extra data is the leaf, and what opens its commitment: payload and salt. */
export const proofFileOf = (sql: SqlStorage, seq: number, { size, note }: SignedCheckpoint): string => {
  completeNodes(sql, size)
  const { leaf, payload, salt } = storedEvent(sql, seq)
  const opened = { leaf, payload, salt: base64OrNull(salt) }
  return formatProofFile({
    extra: new TextEncoder().encode(JSON.stringify(opened)),
    index: seq - 1,
    proof: inclusionProof(tilesOf(sql), seq - 1, size),
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
  sql
    .exec<Stored & { seq: number }>(
      'SELECT seq, leaf, leaf_hash, payload, salt FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
      after,
      limit,
    )
    .toArray()
    .map(({ seq, leaf, leaf_hash, payload, salt }) => ({
      seq,
      leaf,
      hash: hex(new Uint8Array(leaf_hash)),
      payload,
      salt: base64OrNull(salt),
    }))

const storedEvent = (sql: SqlStorage, seq: number): Stored =>
  sql.exec<Stored>('SELECT leaf, leaf_hash, payload, salt FROM events WHERE seq = ?', seq).one()
