import { tileWidth } from '../../../tlog/tiles.ts'
import type { ArchiveState, Retention, RetentionDays } from './rpc.ts'
import { archivedTiles, lastSeqOf, trimmedTiles } from './tiles.ts'

interface Row extends Record<string, SqlStorageValue> {
  version: number
  window_days: number | null
  archive_days: number | null
  changed_at: number | null
  changed_by_name: string | null
  fault_path: string | null
  fault_found: string | null
  fault_at: number | null
}

const rowOf = (sql: SqlStorage): Row => sql.exec<Row>('SELECT * FROM retention').one()

export const retentionOf = (sql: SqlStorage): Retention => {
  const row = rowOf(sql)
  return {
    version: row.version,
    windowDays: row.window_days,
    archiveDays: row.archive_days,
    changedAt: row.changed_at,
    changedByName: row.changed_by_name,
  }
}

export const changeRetention = (sql: SqlStorage, days: RetentionDays, byName: string, now: number): void => {
  sql.exec(
    'UPDATE retention SET version = version + 1, window_days = ?, archive_days = ?, changed_at = ?, changed_by_name = ?',
    days.windowDays,
    days.archiveDays,
    now,
    byName,
  )
}

/** Keeps what was found; true when it is another finding than the last one. */
export const keepFault = (sql: SqlStorage, path: string, found: string, now: number): boolean => {
  const row = rowOf(sql)
  sql.exec('UPDATE retention SET fault_path = ?, fault_found = ?, fault_at = ?', path, found, now)
  return row.fault_path !== path || row.fault_found !== found
}

/** What was found before has been put right. */
export const clearFault = (sql: SqlStorage, paths: (path: string) => boolean): void => {
  const { fault_path } = rowOf(sql)
  if (fault_path !== null && paths(fault_path))
    sql.exec('UPDATE retention SET fault_path = NULL, fault_found = NULL, fault_at = NULL')
}

export const archiveState = (sql: SqlStorage, signed: number): ArchiveState => {
  const row = rowOf(sql)
  const tiles = archivedTiles(sql)
  const { bytes, expired, last } = sql
    .exec<{ bytes: number | null; expired: number; last: number | null }>(
      'SELECT sum(bytes) AS bytes, count(*) - count(openings) AS expired, max(archived_at) AS last FROM archive_tiles',
    )
    .one()
  return {
    archivedThrough: lastSeqOf(tiles - 1),
    waiting: Math.max(0, Math.floor(signed / tileWidth) - tiles),
    trimmedThrough: lastSeqOf(trimmedTiles(sql) - 1),
    expiredTiles: expired,
    bytes: bytes ?? 0,
    lastArchivedAt: last,
    fault:
      row.fault_path === null || row.fault_at === null
        ? null
        : { path: row.fault_path, found: row.fault_found ?? '', at: row.fault_at },
  }
}
