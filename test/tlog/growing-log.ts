import { leafHash } from '../../tlog/hash.ts'
import { fullRoot, type Tiles, tileWidth } from '../../tlog/tiles.ts'

/** A log in memory: entries and the tiles over them, for tests of what reads tiles. */
export const logOf = (entries: Uint8Array[]): Tiles => {
  const levels: Uint8Array[][] = [entries.map(leafHash)]
  for (let below = levels[0] ?? []; below.length >= tileWidth; ) {
    const above: Uint8Array[] = []
    for (let n = 0; (n + 1) * tileWidth <= below.length; n += 1)
      above.push(fullRoot(Buffer.concat(below.slice(n * tileWidth, (n + 1) * tileWidth))))
    levels.push(above)
    below = above
  }
  return (level, n, width) => {
    const hashes = levels[level]?.slice(n * tileWidth, n * tileWidth + width) ?? []
    if (hashes.length !== width) throw new Error(`tile ${level}/${n} has ${hashes.length} of ${width} hashes`)
    return Buffer.concat(hashes)
  }
}

/** The root by the definition of RFC 6962 §2.1, without tiles. */
export const plainRoot = (
  leaves: Uint8Array[],
  node: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array => {
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return node(plainRoot(leaves.slice(0, split), node), plainRoot(leaves.slice(split), node))
}
