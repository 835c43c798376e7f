import { Buffer } from 'node:buffer'
import { formatBundle } from '../../tlog/bundle.ts'
import { hashLength } from '../../tlog/hash.ts'
import { nodesInside, type Tiles, tileWidth } from '../../tlog/tiles.ts'
import { hashesBetween, headOf, storedBetween } from './segments/read.ts'

/** Hashes of full tiles as one value, so that a proof reads a few rows: a cache of what events and nodes say. */
export const fullTilesMigration =
  'CREATE TABLE full_tiles (level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n)) WITHOUT ROWID'

/** The nodes inside a full tile, so that a proof hashes almost nothing; null in rows of before. */
export const nodesInsideMigration = 'ALTER TABLE full_tiles ADD COLUMN inside BLOB'

/**
 * The ragged tiles at the end of one tree and what hashes inside them: the same for every proof in that tree, so an object
 * remembers those of the tree that it proved something in last. A log only grows, so they never change.
 */
export class RaggedEnd {
  private size = 0
  private read = new Map<string, Uint8Array>()

  of(size: number): Map<string, Uint8Array> {
    if (size !== this.size) this.read = new Map()
    this.size = size
    return this.read
  }
}

/**
 * The tiles of the sequence: level 0 are the events' own leaf hashes, kept when the events leave the window, above it the
 * roots that `completeNodes` keeps. What was read once is remembered as long as the answer: ask anew for each proof. With
 * `size`, each tile is read once, as far as a tree of that size has it, however many of its beginnings are asked for.
 */
export const tilesOf = (sql: SqlStorage, size?: number, end: RaggedEnd = new RaggedEnd()): Tiles => {
  const whole = new Map<string, Uint8Array>()
  const widthOf = (level: number, n: number) =>
    size === undefined ? tileWidth : Math.min(tileWidth, Math.floor(size / tileWidth ** level) - n * tileWidth)
  const readOf = (level: number, n: number) =>
    size !== undefined && widthOf(level, n) < tileWidth ? end.of(size) : whole
  const tiles = (level: number, n: number, width: number) => {
    const read = readOf(level, n)
    const name = `${level}/${n}`
    const known = read.get(name)
    if (known && known.length >= width * hashLength) return known.subarray(0, width * hashLength)
    const tile = readTile(sql, level, n, size === undefined ? width : Math.max(width, widthOf(level, n)))
    read.set(name, tile)
    return tile.subarray(0, width * hashLength)
  }
  const inside = (level: number, n: number) => {
    const read = readOf(level, n)
    const name = `${level}/${n}/inside`
    const nodes =
      read.get(name) ?? (read === whole ? readInside(sql, level, n) : nodesInside(tiles(level, n, widthOf(level, n))))
    if (nodes) read.set(name, nodes)
    return nodes
  }
  return Object.assign(tiles, { inside })
}

const readInside = (sql: SqlStorage, level: number, n: number): Uint8Array | null => {
  const [kept] = sql
    .exec<{ inside: ArrayBuffer | null }>('SELECT inside FROM full_tiles WHERE level = ? AND n = ?', level, n)
    .toArray()
  return kept?.inside ? new Uint8Array(kept.inside) : null
}

const readTile = (sql: SqlStorage, level: number, n: number, width: number): Uint8Array => {
  const [kept] = sql
    .exec<{ hashes: ArrayBuffer }>(
      `SELECT hashes FROM full_tiles WHERE level = ?1 AND n = ?2
       UNION ALL SELECT hashes FROM kept_tiles WHERE ?1 = 0 AND n = ?2 LIMIT 1`,
      level,
      n,
    )
    .toArray()
  if (kept) return new Uint8Array(kept.hashes, 0, width * hashLength)
  const first = n * tileWidth
  const tile = level === 0 ? hashesBetween(sql, first + 1, first + width) : rootsBetween(sql, level, first, width)
  const found = tile.length / hashLength
  if (found !== width) throw new Error(`tile ${level}/${n} has ${found} of ${width} hashes`)
  return tile
}

/** Hashes as one text: an object for each of 256 costs many times the reading. */
const rootsBetween = (sql: SqlStorage, level: number, first: number, width: number): Uint8Array => {
  const { hashes } = sql
    .exec<{ hashes: string | null }>(
      "SELECT group_concat(hex(hash), '' ORDER BY n) AS hashes FROM nodes WHERE level = ? AND n >= ? AND n < ?",
      level,
      first,
      first + width,
    )
    .one()
  return new Uint8Array(Buffer.from(hashes ?? '', 'hex'))
}

/** The leaf hashes of all events behind `after`, in order. */
export const leafHashesBehind = (sql: SqlStorage, after: number): Uint8Array[] => {
  const all = hashesBetween(sql, after + 1, headOf(sql))
  return Array.from({ length: all.length / hashLength }, (_, n) => all.slice(hashLength * n, hashLength * (n + 1)))
}

/**
 * Keeps the root of every full tile of the first `size` leaves, and the tile. Called before anything reads the tree at
 * that size; what is kept already is left alone, so a crash in between costs nothing but the time.
 */
export const completeNodes = (sql: SqlStorage, size: number): void => {
  for (let level = 1, full = Math.floor(size / tileWidth); full > 0; level += 1, full = Math.floor(full / tileWidth)) {
    const { next } = sql
      .exec<{ next: number }>('SELECT coalesce(max(n) + 1, 0) AS next FROM nodes WHERE level = ?', level)
      .one()
    for (let n = next; n < full; n += 1) {
      const inside = readInside(sql, level - 1, n) ?? keepTile(sql, level - 1, n)
      sql.exec('INSERT INTO nodes (level, n, hash) VALUES (?, ?, ?)', level, n, inside.slice(-hashLength))
    }
  }
}

/** Keeps a full tile with what hashes inside it, which is not hashed again when somebody has done so just now. */
export const keepTile = (sql: SqlStorage, level: number, n: number, hashed?: Uint8Array): Uint8Array => {
  const hashes = readTile(sql, level, n, tileWidth)
  const inside = hashed ?? nodesInside(hashes)
  sql.exec('INSERT OR IGNORE INTO full_tiles (level, n, hashes, inside) VALUES (?, ?, ?, ?)', level, n, hashes, inside)
  return inside
}

/** The leaves of an entry bundle, each behind its length in two bytes. */
export const entryBundle = (sql: SqlStorage, n: number, width: number): Uint8Array => {
  const first = n * tileWidth
  const leaves = [...storedBetween(sql, first + 1, first + width)].map(({ leaf }) => leaf)
  if (leaves.length !== width) throw new Error(`entry bundle ${n} has ${leaves.length} of ${width} entries`)
  return formatBundle(leaves)
}
