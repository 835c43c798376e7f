import { hashLength } from '../../../tlog/hash.ts'
import { tileWidth } from '../../../tlog/tiles.ts'
import { rowOf } from './read.ts'
import { joined, linesOf, type StoredEvent, saltLength } from './segment.ts'

/** Read for one event, a segment is read whole: so it is short. */
const eventsMax = 32
/** In UTF-16 units of leaves and payloads; a row may have two megabytes. */
const lengthMax = 256 * 1_024

/** Events that follow one another, with the keys by which they are known; none for those whose keys are kept elsewhere. */
export const writeSegments = (
  sql: SqlStorage,
  recordedAt: number,
  events: readonly StoredEvent[],
  keys: readonly string[],
): void => {
  let from = 0
  let length = 0
  for (const [at, { seq, leaf, payload }] of events.entries()) {
    length += leaf.length + (payload?.length ?? 0)
    const isEnd = at + 1 === events.length || at + 1 - from === eventsMax || seq % tileWidth === 0 || length > lengthMax
    if (!isEnd) continue
    writeOne(sql, recordedAt, events.slice(from, at + 1), keys.slice(from, at + 1))
    from = at + 1
    length = 0
  }
}

const writeOne = (
  sql: SqlStorage,
  recordedAt: number,
  events: readonly StoredEvent[],
  keys: readonly string[],
): void => {
  const hashes = new Uint8Array(hashLength * events.length)
  const salts = new Uint8Array(saltLength * events.length)
  for (const [n, { leafHash, salt }] of events.entries()) {
    hashes.set(leafHash, n * hashLength)
    if (salt) salts.set(salt, n * saltLength)
  }
  const first = events[0]?.seq ?? 0
  sql.exec(
    `INSERT INTO segments (first, last, recorded_at, leaves, hashes, payloads, salts, keys)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    first,
    first + events.length - 1,
    recordedAt,
    joined(events.map(({ leaf }) => leaf)),
    hashes,
    joined(events.map(({ payload }) => payload ?? '')),
    salts,
    JSON.stringify(keys),
  )
}

/** Destroys payload and salt of an event, where its row is. Twice is once. */
export const eraseStored = (sql: SqlStorage, seq: number): void => {
  const [row] = sql
    .exec<{ first: number; payloads: string; salts: ArrayBuffer }>(
      'SELECT first, payloads, salts FROM segments WHERE first = ?',
      rowOf(sql, seq),
    )
    .toArray()
  if (!row) return
  const n = seq - row.first
  const salts = new Uint8Array(row.salts)
  salts.fill(0, n * saltLength, (n + 1) * saltLength)
  const payloads = joined(linesOf(row.payloads).with(n, ''))
  sql.exec('UPDATE segments SET payloads = ?, salts = ? WHERE first = ?', payloads, salts, row.first)
}

/** Takes whole tiles out: a segment never goes over the end of one. */
export const deleteSegments = (sql: SqlStorage, firstSeq: number, lastSeq: number): void => {
  sql.exec('DELETE FROM segments WHERE first BETWEEN ? AND ?', firstSeq, lastSeq)
}
