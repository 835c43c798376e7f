import type { Archive } from './archive.ts'
import { holdOnTile } from './holds.ts'
import { dropRestoredTile } from './restores.ts'
import { firstSeqOf, lastSeqOf, trimmedTiles } from './tiles.ts'

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
