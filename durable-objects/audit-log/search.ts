import { z } from 'zod'
import type { AuditEntry, SearchFilter } from '../../worker/features/audit/contract.ts'
import { firstSeqOf, trimmedTiles } from './archive/tiles.ts'
import { whereOf } from './filter.ts'
import type { EventPage, PageRequest } from './rpc.ts'
import { indexEvents, queryOf } from './search-index.ts'
import { entryOf, headOf } from './store.ts'

const countedMax = 10_000

/** Where a search reads and under which conditions. The index narrows; the conditions on the row decide. */
const sourceOf = (storage: DurableObjectStorage, filter: SearchFilter) => {
  const { conditions, values } = whereOf(filter)
  const query = queryOf(filter)
  if (query === null) return { from: 'events', seq: 'events.seq', conditions, values }
  // Whoever searches finds everything that is in the sequence.
  indexEvents(storage)
  return {
    from: 'event_terms CROSS JOIN events ON events.seq = event_terms.rowid',
    seq: 'event_terms.rowid',
    conditions: ['event_terms MATCH ?', ...conditions],
    values: [query, ...values],
  }
}

const where = (conditions: string[]): string => (conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '')

export const pageOfEvents = (
  storage: DurableObjectStorage,
  { filter, order, limit, beyond }: PageRequest,
): EventPage => {
  const { from, seq, conditions, values } = sourceOf(storage, filter)
  if (beyond !== null) {
    conditions.push(order === 'newest' ? `${seq} < ?` : `${seq} > ?`)
    values.push(beyond)
  }
  const direction = order === 'newest' ? 'DESC' : 'ASC'
  const rows = storage.sql
    .exec(
      `SELECT events.* FROM ${from} ${where(conditions)} ORDER BY ${seq} ${direction} LIMIT (? + 0)`,
      ...values,
      limit + 1,
    )
    .toArray()
  const entries = rows.slice(0, limit).map(entryOf)
  const more = rows.length > limit
  const trimmed = trimmedTiles(storage.sql)
  const archivedBefore = trimmed === 0 ? null : firstSeqOf(trimmed)
  return { entries, more, through: (more && entries.at(-1)?.seq) || headOf(storage.sql), archivedBefore }
}

const Counted = z.object({ found: z.number().int(), oldest: z.number().int().nullable() })

/** Counts the newest ten thousand matches; when there are more, supposes that the rest stands as dense as they do. */
export const countEvents = (
  storage: DurableObjectStorage,
  filter: SearchFilter,
): { count: number; isExact: boolean } => {
  const head = headOf(storage.sql)
  const { from, seq, conditions, values } = sourceOf(storage, filter)
  const row = storage.sql
    .exec(
      `SELECT count(*) AS found, min(seq) AS oldest
       FROM (SELECT ${seq} AS seq FROM ${from} ${where(conditions)} ORDER BY ${seq} DESC LIMIT (? + 0))`,
      ...values,
      countedMax,
    )
    .one()
  const { found, oldest } = Counted.parse(row)
  if (found < countedMax || oldest === null) return { count: found, isExact: true }
  const inWindow = head - firstSeqOf(trimmedTiles(storage.sql)) + 1
  return { count: Math.round((found * inWindow) / (head - oldest + 1)), isExact: false }
}

export const eventOf = (sql: SqlStorage, seq: number): AuditEntry | null => {
  const [row] = sql.exec('SELECT * FROM events WHERE seq = ?', seq).toArray()
  return row ? entryOf(row) : null
}
