import { hashLength, nodeHash } from './hash.ts'

/** Hashes in a full tile: C2SP tlog-tiles fixes the height at 8. */
export const tileWidth = 256

/**
 * Gives the first `width` hashes of tile `n` at `level`, in one piece: at level 0 leaf hashes, above it the roots of the
 * full tiles below. Throws when they are not there. `inside`, where it is kept, saves hashing: what `nodesInside` made of
 * a full tile, null for another one.
 */
export interface Tiles {
  (level: number, n: number, width: number): Uint8Array
  inside?: (level: number, n: number) => Uint8Array | null
}

/** The widths of the last tiles of a tree: what level `level` has beyond its full tiles. */
export const partialWidth = (size: number, level: number): number => Math.floor(size / tileWidth ** level) % tileWidth

/** All nodes above hashes whose number is a power of two and more than one: level by level from below, the root last. */
export const nodesInside = (hashes: Uint8Array): Uint8Array => {
  const nodes = new Uint8Array(hashes.length - hashLength)
  let level = hashes
  for (let begin = 0; begin < nodes.length; ) {
    const above = nodes.subarray(begin, begin + level.length / 2)
    for (let at = 0; at < above.length; at += hashLength)
      above.set(
        nodeHash(
          level.subarray(2 * at, 2 * at + hashLength),
          level.subarray(2 * at + hashLength, 2 * at + 2 * hashLength),
        ),
        at,
      )
    begin += above.length
    level = above
  }
  return nodes
}

/** The root over hashes whose number is a power of two. */
export const fullRoot = (hashes: Uint8Array): Uint8Array =>
  hashes.length === hashLength ? hashes : nodesInside(hashes).slice(-hashLength)

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
    // Below the nodes of this height stand those of the lower ones: 128, 64, 32 … of them.
    const begin = (tileWidth - 2 ** (9 - within) + at / count) * hashLength
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
