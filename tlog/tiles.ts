import { hashLength, nodeHash } from './hash.ts'

/** Hashes in a full tile: C2SP tlog-tiles fixes the height at 8. */
export const tileWidth = 256

/**
 * Gives the first `width` hashes of tile `n` at `level`, in one piece: at level 0 leaf hashes, above it the roots of the
 * full tiles below. Throws when they are not there. `inside`, where it is kept, saves hashing: what `nodesInside` made of
 * the tile, null where nobody has.
 */
export interface Tiles {
  (level: number, n: number, width: number): Uint8Array
  inside?: (level: number, n: number) => Uint8Array | null
}

/** The widths of the last tiles of a tree: what level `level` has beyond its full tiles. */
export const partialWidth = (size: number, level: number): number => Math.floor(size / tileWidth ** level) % tileWidth

/**
 * All full subtrees above the hashes of one tile, level by level from below, each level in the place that it has in a full
 * tile: so many hashes as a ragged tile lacks leave their places empty.
 */
export const nodesInside = (hashes: Uint8Array): Uint8Array => {
  const nodes = new Uint8Array((tileWidth - 1) * hashLength)
  let level = hashes
  for (let begin = 0, width = tileWidth / 2; width >= 1; begin += width, width /= 2) {
    level = levelAbove(level)
    nodes.set(level, begin * hashLength)
  }
  return nodes
}

/** Where among them the node stands that is `index`-th of its height: below it those of the lower ones, 128, 64, 32 … of them. */
export const placeInside = (height: number, index: number): number => tileWidth - 2 ** (9 - height) + index

/** The root over hashes whose number is a power of two. */
export const fullRoot = (hashes: Uint8Array): Uint8Array => {
  let level = hashes
  while (level.length > hashLength) level = levelAbove(level)
  return level
}

/** The hash of each pair; one that is left over has nothing above it. */
const levelAbove = (hashes: Uint8Array): Uint8Array => {
  const pairs = Math.floor(hashes.length / (2 * hashLength))
  const above = new Uint8Array(pairs * hashLength)
  for (let n = 0; n < pairs; n += 1)
    above.set(nodeHash(hashAt(hashes, 2 * n), hashAt(hashes, 2 * n + 1)), n * hashLength)
  return above
}

const hashAt = (hashes: Uint8Array, n: number) => hashes.subarray(n * hashLength, (n + 1) * hashLength)

/** The root of the full subtree of 2^height leaves that begins at leaf `index` · 2^height. */
export const subtreeRoot = (tiles: Tiles, height: number, index: number): Uint8Array => {
  const level = Math.floor(height / 8)
  const within = height % 8
  const count = 2 ** within
  const first = index * count
  const n = Math.floor(first / tileWidth)
  const at = first % tileWidth
  const inside = within > 0 ? tiles.inside?.(level, n) : null
  if (inside) {
    const begin = placeInside(within, at / count) * hashLength
    return inside.slice(begin, begin + hashLength)
  }
  return fullRoot(tiles(level, n, at + count).slice(at * hashLength, (at + count) * hashLength))
}

const part = /^(?:x\d{3}\/)*\d{3}$/

/** `1234067` is `x001/x234/067`. */
export const encodeIndex = (n: number): string => {
  let path = String(n % 1000).padStart(3, '0')
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  return path
}

/** `tile/<L>/<N>[.p/<W>]`, or with `entries` in the place of the level. */
export const tilePath = (level: number | 'entries', n: number, width = tileWidth): string =>
  `tile/${level}/${encodeIndex(n)}${width === tileWidth ? '' : `.p/${width}`}`

/** Reads such a path; null for what is none, also for a spelling that encodeIndex would not use. */
export const parseTilePath = (path: string): { level: number | 'entries'; n: number; width: number } | null => {
  const [, levelText = '', indexText = '', widthText] =
    /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  if (!part.test(indexText)) return null
  const n = Number(indexText.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? tileWidth : Number(widthText)
  const level = levelText === 'entries' ? 'entries' : Number(levelText)
  if (!Number.isSafeInteger(n) || encodeIndex(n) !== indexText) return null
  if ((widthText !== undefined && width >= tileWidth) || (level !== 'entries' && level > 63)) return null
  return { level, n, width }
}
