import { tileWidth } from '../../../tlog/tiles.ts'

export interface TileRow extends Record<string, SqlStorageValue> {
  n: number
  /** The times of its events, by the clocks of those who reported them. */
  first_at: number
  last_at: number
  /** When the newest of them entered the sequence. */
  recorded_at: number
  /** Where what opens them stands, under which key; null once the archive's own time is over. */
  openings: string | null
  sealed_key: string | null
  bytes: number
  archived_at: number
}

/** The tile of level 0 that an event stands in. */
export const tileOfSeq = (seq: number): number => Math.floor((seq - 1) / tileWidth)
export const firstSeqOf = (n: number): number => n * tileWidth + 1
export const lastSeqOf = (n: number): number => (n + 1) * tileWidth

/** How many tiles are archived: all from the first one on. */
export const archivedTiles = (sql: SqlStorage): number =>
  sql.exec<{ next: number }>('SELECT coalesce(max(n) + 1, 0) AS next FROM archive_tiles').one().next

/** How many tiles have left the window: only hashes and digests of keys of these are in the object. */
export const trimmedTiles = (sql: SqlStorage): number =>
  sql.exec<{ next: number }>('SELECT coalesce(max(n) + 1, 0) AS next FROM kept_tiles').one().next

export const tileRow = (sql: SqlStorage, n: number): TileRow | undefined =>
  sql.exec<TileRow>('SELECT * FROM archive_tiles WHERE n = ?', n).toArray()[0]
