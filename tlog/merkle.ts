import { emptyRoot, nodeHash, sameHash } from './hash.ts'
import { subtreeRoot, type Tiles } from './tiles.ts'

/** The largest power of two below n, for n > 1 (RFC 6962 §2.1). */
const splitOf = (n: number): number => {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

/** MTH(D[from:to]) where `from` is where RFC 6962 splits: a full subtree is read, a ragged one put together. */
const rangeRoot = (tiles: Tiles, from: number, to: number): Uint8Array => {
  const count = to - from
  const height = Math.log2(count)
  if (Number.isInteger(height)) return subtreeRoot(tiles, height, from / count)
  const split = splitOf(count)
  return nodeHash(rangeRoot(tiles, from, from + split), rangeRoot(tiles, from + split, to))
}

/** The root of the first `size` leaves. */
export const rootOf = (tiles: Tiles, size: number): Uint8Array => (size === 0 ? emptyRoot() : rangeRoot(tiles, 0, size))

/** PATH(index, D[0:size]) of RFC 6962 §2.1.1, from the leaf's sibling up. `0 ≤ index < size`. */
export const inclusionProof = (tiles: Tiles, index: number, size: number): Uint8Array[] => {
  const path = (from: number, to: number): Uint8Array[] => {
    if (to - from === 1) return []
    const split = from + splitOf(to - from)
    return index < split
      ? [...path(from, split), rangeRoot(tiles, split, to)]
      : [...path(split, to), rangeRoot(tiles, from, split)]
  }
  return path(0, size)
}

/** PROOF(from, D[0:to]) of RFC 6962 §2.1.2. `0 < from ≤ to`. */
export const consistencyProof = (tiles: Tiles, from: number, to: number): Uint8Array[] => {
  const sub = (start: number, end: number, whole: boolean): Uint8Array[] => {
    if (from === end) return whole ? [] : [rangeRoot(tiles, start, end)]
    const split = start + splitOf(end - start)
    return from <= split
      ? [...sub(start, split, whole), rangeRoot(tiles, split, end)]
      : [...sub(split, end, false), rangeRoot(tiles, start, split)]
  }
  return sub(0, to, true)
}

const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)

interface Included {
  index: number
  size: number
  leaf: Uint8Array
}

/** Where the proof leads from the leaf's hash, by RFC 9162 §2.1.3.2: the root of that tree, or null for a proof of another length. */
export const rootBehind = (proof: Uint8Array[], { index, size, leaf }: Included): Uint8Array | null => {
  if (index < 0 || index >= size) return null
  let [fn, sn, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (sn === 0) return null
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else hash = nodeHash(hash, sibling)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 ? hash : null
}

/** Whether the proof leads from the leaf's hash to the root. */
export const verifyInclusion = (proof: Uint8Array[], { root, ...leaf }: Included & { root: Uint8Array }): boolean => {
  const reached = rootBehind(proof, leaf)
  return reached !== null && sameHash(reached, root)
}

/** RFC 9162 §2.1.4.2: whether the larger tree begins with the whole smaller one. */
export const verifyConsistency = (
  proof: Uint8Array[],
  older: { size: number; root: Uint8Array },
  newer: { size: number; root: Uint8Array },
): boolean => {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && sameHash(older.root, newer.root)
  if (older.size === 0) return proof.length === 0
  const isPower = Number.isInteger(Math.log2(older.size))
  const [first, ...rest] = isPower ? [older.root, ...proof] : proof
  if (!first) return false
  let [fn, sn] = [older.size - 1, newer.size - 1]
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)]
  let [fr, sr] = [first, first]
  for (const hash of rest) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else sr = nodeHash(sr, hash)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && sameHash(fr, older.root) && sameHash(sr, newer.root)
}
