import type { AuditEntry, SearchFilter } from '../../worker/features/audit/contract.ts'
import { firstSeqOf, trimmedTiles } from './archive/tiles.ts'
import { matcherOf } from './filter.ts'
import type { EventPage, PageRequest } from './rpc.ts'
import { indexEvents, isDecidedByIndex, queryOf } from './search-index.ts'
import { EventReader } from './segments/event-reader.ts'
import { headOf, numbersBeyond } from './segments/read.ts'

const countedMax = 10_000
/** So many numbers the index is asked for at once, and after that for as many more as it turns out to take. */
const askedMin = 64
const askedMax = 4_096

type Beyond = Pick<PageRequest, 'order' | 'beyond'>

/** The numbers of events that the index has for a query, in order. */
const indexedNumbers = function* (sql: SqlStorage, query: string, { order, beyond }: Beyond): Generator<number> {
  const isNewest = order === 'newest'
  let last = beyond ?? (isNewest ? Number.MAX_SAFE_INTEGER : 0)
  for (let asked = askedMin; ; asked = Math.min(askedMax, 4 * asked)) {
    const rows = sql
      .exec<{ seq: number }>(
        `SELECT rowid AS seq FROM event_terms WHERE event_terms MATCH ? AND rowid ${isNewest ? '<' : '>'} ?
         ORDER BY rowid ${isNewest ? 'DESC' : 'ASC'} LIMIT (? + 0)`,
        query,
        last,
        asked,
      )
      .toArray()
    for (const { seq } of rows) yield seq
    if (rows.length < asked) return
    last = rows.at(-1)?.seq ?? last
  }
}

/** What may fit: what the index has, or all where it has nothing of the filter. */
const numbersOf = (storage: DurableObjectStorage, filter: SearchFilter, from: Beyond): Generator<number> => {
  const query = queryOf(filter)
  // Whoever searches finds everything that is in the sequence.
  if (query !== null) indexEvents(storage)
  return query === null ? numbersBeyond(storage.sql, from.order, from.beyond) : indexedNumbers(storage.sql, query, from)
}

/** The index narrows; what the leaf says decides. */
const found = function* (storage: DurableObjectStorage, reader: EventReader, filter: SearchFilter, from: Beyond) {
  const isWanted = matcherOf(filter)
  for (const seq of numbersOf(storage, filter, from)) {
    const facts = reader.facts(seq)
    if (facts && isWanted(facts)) yield facts
  }
}

const foundNumbers = function* (storage: DurableObjectStorage, filter: SearchFilter, from: Beyond) {
  for (const { seq } of found(storage, new EventReader(storage.sql), filter, from)) yield seq
}

export const pageOfEvents = (
  storage: DurableObjectStorage,
  { filter, order, limit, beyond }: PageRequest,
): EventPage => {
  const reader = new EventReader(storage.sql)
  const entries: AuditEntry[] = []
  let more = false
  for (const facts of found(storage, reader, filter, { order, beyond })) {
    more = entries.length === limit
    if (more) break
    entries.push(reader.entry(facts))
  }
  const trimmed = trimmedTiles(storage.sql)
  const archivedBefore = trimmed === 0 ? null : firstSeqOf(trimmed)
  return { entries, more, through: (more && entries.at(-1)?.seq) || headOf(storage.sql), archivedBefore }
}

/** Counts the newest ten thousand matches; when there are more, supposes that the rest stands as dense as they do. */
export const countEvents = (
  storage: DurableObjectStorage,
  filter: SearchFilter,
): { count: number; isExact: boolean } => {
  const { sql } = storage
  let [count, oldest] = [0, 0]
  const newest: Beyond = { order: 'newest', beyond: null }
  const numbers = isDecidedByIndex(filter) ? numbersOf(storage, filter, newest) : foundNumbers(storage, filter, newest)
  for (const seq of numbers) {
    count += 1
    oldest = seq
    if (count === countedMax) break
  }
  if (count < countedMax) return { count, isExact: true }
  const head = headOf(sql)
  const inWindow = head - firstSeqOf(trimmedTiles(sql)) + 1
  return { count: Math.round((count * inWindow) / (head - oldest + 1)), isExact: false }
}

/** Null for an event that the window does not have. */
export const eventOf = (sql: SqlStorage, seq: number): AuditEntry | null => {
  const reader = new EventReader(sql)
  const facts = reader.facts(seq)
  return facts && reader.entry(facts)
}
