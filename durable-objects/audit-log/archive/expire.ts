import type { Archive } from './archive.ts'
import { holdOnTile } from './holds.ts'
import { dropRestoredTile } from './restores.ts'
import { firstSeqOf, lastSeqOf, trimmedTiles } from './tiles.ts'

/** What an expiry of several turns has destroyed by now: each turn commits by itself, the last one tells of all. */
export const expiringMigration = `ALTER TABLE retention ADD COLUMN expiring_first INTEGER;
   ALTER TABLE retention ADD COLUMN expiring_last INTEGER;
   ALTER TABLE retention ADD COLUMN expiring_tiles INTEGER NOT NULL DEFAULT 0`

/** Tiles whose end nobody has been told of yet, from the first to the last of them. */
export interface Expiring {
  first: number
  last: number
  tiles: number
}

export const expiringOf = (sql: SqlStorage): Expiring | null => {
  const {
    expiring_first: first,
    expiring_last: last,
    expiring_tiles: tiles,
  } = sql
    .exec<{ expiring_first: number | null; expiring_last: number | null; expiring_tiles: number }>(
      'SELECT expiring_first, expiring_last, expiring_tiles FROM retention',
    )
    .one()
  return first === null || last === null ? null : { first, last, tiles }
}

export const keepExpiring = (sql: SqlStorage, expiring: Expiring | null): void => {
  const { first, last, tiles } = expiring ?? { first: null, last: null, tiles: 0 }
  sql.exec('UPDATE retention SET expiring_first = ?, expiring_last = ?, expiring_tiles = ?', first, last, tiles)
}

/** What had ended before, and what has ended now. */
export const expiringWith = (before: Expiring | null, expired: readonly number[]): Expiring | null =>
  expired.length === 0
    ? before
    : {
        first: Math.min(before?.first ?? Number.POSITIVE_INFINITY, ...expired),
        last: Math.max(before?.last ?? 0, ...expired),
        tiles: (before?.tiles ?? 0) + expired.length,
      }

/**
 * Destroys what archived events said that entered the sequence before `before`, with what of it was masked and kept, unless
 * something of the tile is under hold. Only what has left the window. Part of a transaction; at most `atMost` tiles.
 * Answers which.
 */
export const expireArchived = (sql: SqlStorage, archive: Archive, before: number, atMost: number): number[] => {
  const due = sql.exec<{ n: number }>(
    'SELECT n FROM archive_tiles WHERE n < ? AND recorded_at < ? AND openings IS NOT NULL ORDER BY n',
    trimmedTiles(sql),
    before,
  )
  const expired: number[] = []
  for (const { n } of due.toArray()) {
    if (expired.length === atMost) break
    if (holdOnTile(sql, n) !== null) continue
    archive.forgetOpenings(n)
    dropRestoredTile(sql, n)
    sql.exec('DELETE FROM originals WHERE seq BETWEEN ? AND ?', firstSeqOf(n), lastSeqOf(n))
    expired.push(n)
  }
  return expired
}
