import { tileWidth } from '../../../tlog/tiles.ts'
import { indexedThrough } from '../search-index.ts'
import { headOf, keysBetween } from '../segments/read.ts'
import { deleteSegments } from '../segments/write.ts'
import { tilesOf } from '../tree.ts'
import { keyDigest } from './kept-keys.ts'
import { firstSeqOf, lastSeqOf, tileRow, trimmedTiles } from './tiles.ts'

/** With which tile a trim of several turns began: each turn commits by itself, the last one tells of all. */
export const trimBeginMigration = 'ALTER TABLE retention ADD COLUMN trim_begin INTEGER'

export const trimBegunAt = (sql: SqlStorage): number | null =>
  sql.exec<{ trim_begin: number | null }>('SELECT trim_begin FROM retention').one().trim_begin

export const keepTrimBegin = (sql: SqlStorage, tile: number | null): void => {
  sql.exec('UPDATE retention SET trim_begin = ?', tile)
}

/** Takes the rows of a tile out of table and index. */
export const dropRows = (sql: SqlStorage, n: number): void => {
  const between = [firstSeqOf(n), lastSeqOf(n)] as const
  sql.exec('DELETE FROM event_terms WHERE rowid BETWEEN ? AND ?', ...between)
  deleteSegments(sql, ...between)
}

/**
 * Takes archived tiles out of the window, oldest first, all of whose events entered the sequence before `before`; at most
 * `atMost`. Their hashes and the digests of their keys stay. Part of a transaction. Answers how many left. The newest
 * event always stays: numbers go on from it.
 */
export const trimWindow = (sql: SqlStorage, before: number, atMost: number): { from: number; tiles: number } => {
  const from = trimmedTiles(sql)
  const head = headOf(sql)
  const indexed = indexedThrough(sql)
  let tiles = 0
  for (let n = from; tiles < atMost; n += 1, tiles += 1) {
    const row = tileRow(sql, n)
    if (!row || row.recorded_at >= before || lastSeqOf(n) >= head || lastSeqOf(n) > indexed) break
    const hashes = tilesOf(sql)(0, n, tileWidth)
    keepKeys(sql, n)
    dropRows(sql, n)
    sql.exec('INSERT INTO kept_tiles (n, hashes) VALUES (?, ?)', n, hashes)
    sql.exec('DELETE FROM full_tiles WHERE level = 0 AND n = ?', n)
  }
  return { from, tiles }
}

/** Keys of events that leave stay as digests: most of a key is an id that nobody asks for any more. */
const keepKeys = (sql: SqlStorage, n: number): void => {
  for (const key of keysBetween(sql, firstSeqOf(n), lastSeqOf(n))) {
    sql.exec('INSERT OR IGNORE INTO kept_keys (digest) VALUES (?)', keyDigest(key))
    sql.exec('DELETE FROM event_keys WHERE key = ?', key)
  }
}
