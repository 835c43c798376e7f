import { Buffer } from 'node:buffer'
import { hashLength } from '../../../tlog/hash.ts'
import { reindexEvent } from '../search-index.ts'
import { storedEvent } from '../segments/read.ts'
import { writeSegments } from '../segments/write.ts'
import type { TileRead } from './archive.ts'
import type { NewRestore, Restore, restoreStates } from './rpc.ts'
import { firstSeqOf, tileRow, trimmedTiles } from './tiles.ts'
import { dropRows } from './window.ts'

interface RestoreRow extends Record<string, SqlStorageValue> {
  id: string
  from_at: number
  to_at: number
  tiles: number
  done: number
  next: number
  state: (typeof restoreStates)[number]
  until: number
  asked_at: number
  asked_by_name: string
  reason: string
  fault: string | null
}

const dayMs = 86_400_000
const overlapping = 'n < ? AND first_at < ? AND last_at >= ?'

const restoreOf = (row: RestoreRow): Restore => ({
  id: row.id,
  from: row.from_at,
  to: row.to_at,
  reason: row.reason,
  askedAt: row.asked_at,
  askedByName: row.asked_by_name,
  until: row.until,
  state: row.state,
  tiles: row.tiles,
  done: row.done,
  fault: row.fault,
})

export const listRestores = (sql: SqlStorage): Restore[] =>
  sql.exec<RestoreRow>('SELECT * FROM restores ORDER BY id DESC LIMIT 100').toArray().map(restoreOf)

export const restoreBy = (sql: SqlStorage, id: string): Restore =>
  restoreOf(sql.exec<RestoreRow>('SELECT * FROM restores WHERE id = ?', id).one())

/** How many tiles that have left the window have something of that time. */
export const tilesBetween = (sql: SqlStorage, { from, to }: { from: number; to: number }): number =>
  sql
    .exec<{ tiles: number }>(
      `SELECT count(*) AS tiles FROM archive_tiles WHERE ${overlapping}`,
      trimmedTiles(sql),
      to,
      from,
    )
    .one().tiles

export const insertRestore = (sql: SqlStorage, wanted: NewRestore, tiles: number, now: number): void => {
  sql.exec(
    `INSERT INTO restores (id, from_at, to_at, tiles, done, next, state, until, asked_at, asked_by_name, reason)
     VALUES (?, ?, ?, ?, 0, 0, 'running', ?, ?, ?, ?)`,
    wanted.id,
    wanted.from,
    wanted.to,
    tiles,
    now + wanted.days * dayMs,
    now,
    wanted.askedByName,
    wanted.reason,
  )
}

/** The oldest restore that runs, and the next tile that it needs; no tile when it has all. */
export const nextToRestore = (sql: SqlStorage): { restore: Restore; n: number | null } | null => {
  const [row] = sql.exec<RestoreRow>("SELECT * FROM restores WHERE state = 'running' ORDER BY id LIMIT 1").toArray()
  if (!row) return null
  const { n } = sql
    .exec<{ n: number | null }>(
      `SELECT min(n) AS n FROM archive_tiles WHERE n >= ? AND ${overlapping}`,
      row.next,
      trimmedTiles(sql),
      row.to_at,
      row.from_at,
    )
    .one()
  return { restore: restoreOf(row), n }
}

/** Part of a transaction: the rows of a tile are back, in table and index. What is there already stays as it is. */
export const acceptTile = (sql: SqlStorage, restore: Restore, n: number, { leaves, openings, hashes }: TileRead) => {
  const tile = tileRow(sql, n)
  if (!tile) throw new Error(`tile ${n} is not archived`)
  if (storedEvent(sql, firstSeqOf(n)) === null) {
    const events = leaves.map((leaf, at) => {
      const { payload = null, salt = null } = openings[at] ?? {}
      const leafHash = hashes.subarray(hashLength * at, hashLength * (at + 1))
      return {
        seq: firstSeqOf(n) + at,
        leaf,
        leafHash,
        payload,
        salt: salt === null ? null : Buffer.from(salt, 'base64'),
      }
    })
    // Their keys are known by their digests.
    writeSegments(sql, tile.recorded_at, events, [])
    for (const { seq } of events) reindexEvent(sql, seq)
  }
  sql.exec(
    'INSERT INTO restored_tiles (n, until) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET until = max(until, excluded.until)',
    n,
    restore.until,
  )
  sql.exec('UPDATE restores SET done = done + 1, next = ? WHERE id = ?', n + 1, restore.id)
}

export const endRestore = (sql: SqlStorage, id: string, state: 'restored' | 'failed', fault: string | null): void => {
  sql.exec('UPDATE restores SET state = ?, fault = ? WHERE id = ?', state, fault, id)
}

/** Part of a transaction: what was brought back for a time leaves again. At most `atMost` tiles; true when more wait. */
export const dropRestored = (sql: SqlStorage, now: number, atMost: number): boolean => {
  const due = sql
    .exec<{ n: number }>('SELECT n FROM restored_tiles WHERE until <= ? ORDER BY n LIMIT (? + 0)', now, atMost + 1)
    .toArray()
  for (const { n } of due.slice(0, atMost)) dropRestoredTile(sql, n)
  if (due.length <= atMost) sql.exec("UPDATE restores SET state = 'ended' WHERE until <= ? AND state <> 'running'", now)
  return due.length > atMost
}

export const dropRestoredTile = (sql: SqlStorage, n: number): void => {
  if (sql.exec('DELETE FROM restored_tiles WHERE n = ?', n).rowsWritten > 0) dropRows(sql, n)
}
