import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { hashLength } from '../../../tlog/hash.ts'
import { eventsOf, type SegmentRow, type StoredEvent } from './segment.ts'

/** How many rows are read in one step. */
const atOnce = 16

/** The newest number; 0 while the sequence is empty. */
export const headOf = (sql: SqlStorage): number =>
  sql.exec<{ last: number }>('SELECT last FROM segments ORDER BY first DESC LIMIT 1').toArray()[0]?.last ?? 0

/** The first number of the row that an event stands in, or of the next one where it stands in none. */
export const rowOf = (sql: SqlStorage, seq: number): number => {
  const [row] = sql
    .exec<{ first: number; last: number }>(
      'SELECT first, last FROM segments WHERE first <= ? ORDER BY first DESC LIMIT 1',
      seq,
    )
    .toArray()
  return row && row.last >= seq ? row.first : seq
}

/** The events that are there from one number to another, in order, a few rows at a time. */
export const storedBetween = function* (sql: SqlStorage, firstSeq: number, lastSeq: number): Generator<StoredEvent> {
  for (let from = rowOf(sql, firstSeq); from <= lastSeq; ) {
    const rows = sql
      .exec<SegmentRow>(
        `SELECT first, last, leaves, hashes, payloads, salts FROM segments
         WHERE first >= ? AND first <= ? ORDER BY first LIMIT (? + 0)`,
        from,
        lastSeq,
        atOnce,
      )
      .toArray()
    for (const event of rows.flatMap(eventsOf)) if (event.seq >= firstSeq && event.seq <= lastSeq) yield event
    from = rows.length === atOnce ? (rows.at(-1)?.last ?? lastSeq) + 1 : Number.POSITIVE_INFINITY
  }
}

/** The numbers of all events beyond one, or of all, in order. */
export const numbersBeyond = function* (
  sql: SqlStorage,
  order: 'newest' | 'oldest',
  beyond: number | null,
): Generator<number> {
  if (order === 'oldest') for (const { first, last } of rowsUp(sql, (beyond ?? 0) + 1)) yield* up(first, last)
  else for (const { first, last } of rowsDown(sql, (beyond ?? Number.MAX_SAFE_INTEGER) - 1)) yield* down(last, first)
}

const up = function* (from: number, to: number) {
  for (let seq = from; seq <= to; seq += 1) yield seq
}
const down = function* (from: number, to: number) {
  for (let seq = from; seq >= to; seq -= 1) yield seq
}

interface Bounds extends Record<string, SqlStorageValue> {
  first: number
  last: number
}

/** From a number on, a few rows at a time. */
const rowsUp = function* (sql: SqlStorage, from: number): Generator<Bounds> {
  const query = 'SELECT first, last FROM segments WHERE first >= ? ORDER BY first LIMIT (? + 0)'
  for (let next: number | undefined = rowOf(sql, from); next !== undefined; ) {
    const rows: Bounds[] = sql.exec<Bounds>(query, next, atOnce).toArray()
    for (const { first, last } of rows) yield { first: Math.max(first, from), last }
    next = rows.length < atOnce ? undefined : (rows.at(-1)?.last ?? 0) + 1
  }
}

const rowsDown = function* (sql: SqlStorage, from: number): Generator<Bounds> {
  const query = 'SELECT first, last FROM segments WHERE first <= ? ORDER BY first DESC LIMIT (? + 0)'
  for (let next: number | undefined = from; next !== undefined; ) {
    const rows: Bounds[] = sql.exec<Bounds>(query, next, atOnce).toArray()
    for (const { first, last } of rows) yield { first, last: Math.min(last, from) }
    next = rows.length < atOnce ? undefined : (rows.at(-1)?.first ?? 0) - 1
  }
}

/** Null for an event that has left the window, or never was. */
export const storedEvent = (sql: SqlStorage, seq: number): StoredEvent | null =>
  storedBetween(sql, seq, seq).next().value ?? null

/** The leaf hashes of the events from one number to another, one behind the other. */
export const hashesBetween = (sql: SqlStorage, firstSeq: number, lastSeq: number): Uint8Array => {
  const rows = sql
    .exec<{ first: number; hashes: ArrayBuffer }>(
      'SELECT first, hashes FROM segments WHERE first >= ? AND first <= ? ORDER BY first',
      rowOf(sql, firstSeq),
      lastSeq,
    )
    .toArray()
  const parts = rows.map(({ first, hashes }) =>
    new Uint8Array(hashes).subarray(
      Math.max(0, firstSeq - first) * hashLength,
      Math.max(0, lastSeq - first + 1) * hashLength,
    ),
  )
  return new Uint8Array(Buffer.concat(parts))
}

/** When an event entered the sequence, with all of its row, in milliseconds since 1970. Throws for one that is not there. */
export const recordedAtOf = (sql: SqlStorage, seq: number): number =>
  sql.exec<{ recorded_at: number }>('SELECT recorded_at FROM segments WHERE first = ?', rowOf(sql, seq)).one()
    .recorded_at

const Keys = z.array(z.string())

/** By which keys the events of whole rows from one number to another are known. */
export const keysBetween = (sql: SqlStorage, firstSeq: number, lastSeq: number): string[] =>
  sql
    .exec<{ keys: string }>('SELECT keys FROM segments WHERE first >= ? AND first <= ?', firstSeq, lastSeq)
    .toArray()
    .flatMap(({ keys }) => Keys.parse(JSON.parse(keys)))
