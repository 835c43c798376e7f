import { factsOf } from '../leaf-facts.ts'
import { storedEvent } from '../segments/read.ts'
import type { Hold, NewHold } from './rpc.ts'
import { lastSeqOf, tileOfSeq, tileRow, trimmedTiles } from './tiles.ts'

interface HoldRow extends Record<string, SqlStorageValue> {
  id: string
  name: string
  reason: string
  from_at: number | null
  to_at: number | null
  agent_id: string | null
  placed_at: number
  placed_by_name: string
  released_at: number | null
  released_by_name: string | null
  released_because: string | null
}

const holdOf = (row: HoldRow): Hold => ({
  id: row.id,
  name: row.name,
  reason: row.reason,
  from: row.from_at,
  to: row.to_at,
  agentId: row.agent_id,
  placedAt: row.placed_at,
  placedByName: row.placed_by_name,
  releasedAt: row.released_at,
  releasedByName: row.released_by_name,
  releasedBecause: row.released_because,
})

export const listHolds = (sql: SqlStorage): Hold[] =>
  sql.exec<HoldRow>('SELECT * FROM holds ORDER BY released_at IS NOT NULL, id DESC LIMIT 500').toArray().map(holdOf)

export const holdBy = (sql: SqlStorage, id: string): Hold | null => {
  const [row] = sql.exec<HoldRow>('SELECT * FROM holds WHERE id = ?', id).toArray()
  return row ? holdOf(row) : null
}

export const insertHold = (sql: SqlStorage, hold: NewHold, now: number): void => {
  sql.exec(
    `INSERT INTO holds (id, name, reason, from_at, to_at, agent_id, placed_at, placed_by_name)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    hold.id,
    hold.name,
    hold.reason,
    hold.from,
    hold.to,
    hold.agentId,
    now,
    hold.placedByName,
  )
}

export const releaseHold = (sql: SqlStorage, id: string, byName: string, because: string, now: number): void => {
  sql.exec(
    'UPDATE holds SET released_at = ?, released_by_name = ?, released_because = ? WHERE id = ? AND released_at IS NULL',
    now,
    byName,
    because,
    id,
  )
}

/** The name of a hold over something between two times; of any agent when `agentId` is left out. */
const holdOver = (sql: SqlStorage, first: number, last: number, agentId?: string | null): string | null => {
  const rows = sql.exec<{ name: string }>(
    `SELECT name FROM holds WHERE released_at IS NULL AND coalesce(from_at, ?) <= ? AND (to_at IS NULL OR to_at > ?)
       AND (? OR agent_id IS NULL OR agent_id = ?) LIMIT 1`,
    last,
    last,
    first,
    agentId === undefined ? 1 : 0,
    agentId ?? null,
  )
  return rows.toArray()[0]?.name ?? null
}

/** Whether a tile may have something that is under hold: it is one file, and stays as a whole. */
export const holdOnTile = (sql: SqlStorage, n: number): string | null => {
  const row = tileRow(sql, n)
  return row ? holdOver(sql, row.first_at, row.last_at) : null
}

/** The hold that an event is under. Of one that has left the window only its tile is known, unless its leaf is given. */
export const holdOnEvent = (sql: SqlStorage, seq: number, leaf = storedEvent(sql, seq)?.leaf): string | null => {
  const facts = leaf === undefined ? null : factsOf(leaf)
  return facts ? holdOver(sql, facts.at, facts.at, facts.agent) : holdOnTile(sql, tileOfSeq(seq))
}

/** The hold that an original of a data subject is under. */
export const holdOnSubject = (sql: SqlStorage, subject: string): string | null => {
  if (sql.exec('SELECT 1 FROM holds WHERE released_at IS NULL LIMIT 1').toArray().length === 0) return null
  const seqs = sql.exec<{ seq: number }>('SELECT DISTINCT seq FROM originals WHERE subject = ?', subject).toArray()
  const trimmed = trimmedTiles(sql)
  const tiles = new Set(seqs.filter(({ seq }) => seq <= lastSeqOf(trimmed - 1)).map(({ seq }) => tileOfSeq(seq)))
  for (const n of tiles) {
    const held = holdOnTile(sql, n)
    if (held !== null) return held
  }
  for (const { seq } of seqs) {
    const held = tiles.has(tileOfSeq(seq)) ? null : holdOnEvent(sql, seq)
    if (held !== null) return held
  }
  return null
}
