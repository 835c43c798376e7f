import type { SearchFilter } from '../../worker/features/audit/contract.ts'
import { risks } from '../../worker/platform/contract.ts'
import { countHours } from './hours.ts'
import { indexedWords, keywordQuery, textOf } from './search-words.ts'
import { headOf } from './store.ts'

/**
 * An inverted index over events: the words of what they say, and one tag for each fact that can be filtered by, so that
 * any combination is an intersection of lists and costs what its rarest part costs. It is a projection of the events,
 * behind them by what nobody has searched or signed yet; `indexEvents` brings it up to date.
 */
export const searchIndexMigration = `
  CREATE VIRTUAL TABLE event_terms USING fts5(words, tags, content='', contentless_delete=1, tokenize='unicode61');
  CREATE TABLE indexed (only INTEGER PRIMARY KEY CHECK (only = 1), through INTEGER NOT NULL);
  INSERT INTO indexed (only, through) VALUES (1, 0);
  DROP INDEX events_by_agent;
  DROP INDEX events_by_trace;`

const atOnce = 1_000

interface Row extends Record<string, SqlStorageValue> {
  seq: number
  id: string
  type: string
  at: number
  recorded_at: number
  actor_id: string
  agent_id: string | null
  connector_id: string | null
  target: string | null
  risk: number
  trace_id: string | null
  payload: string | null
}
const columns = 'seq, id, type, at, recorded_at, actor_id, agent_id, connector_id, target, risk, trace_id, payload'

/** The tokenizer keeps letters and digits only: a tag is one word of these, its first letter says which fact it is. */
const tag = (kind: string, value: string): string => `${kind}${value.replaceAll(/[^A-Za-z0-9]/g, '')}`
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const knownMax = 2_000
/** A cache: the same few types, agents and days come again and again. */
const known = new Map<string, string>()
const knownTag = (kind: string, value: string): string => {
  const name = `${kind}${value}`
  const found = known.get(name)
  if (found !== undefined) return found
  const made = tag(kind, value)
  if (known.size >= knownMax) known.clear()
  known.set(name, made)
  return made
}

const tagsOf = (row: Row): string[] => {
  const day = dayOf(row.at)
  return [
    knownTag('t', row.type),
    knownTag('g', row.type.slice(0, row.type.indexOf('.'))),
    knownTag('r', String(row.risk)),
    knownTag('d', day),
    knownTag('m', day.slice(0, 7)),
    knownTag('c', row.actor_id),
    ...(row.agent_id ? [knownTag('a', row.agent_id)] : []),
    ...(row.connector_id ? [knownTag('n', row.connector_id)] : []),
    ...(row.target ? [tag('o', row.target)] : []),
    ...(row.trace_id ? [knownTag('x', row.trace_id)] : []),
  ]
}

export const indexedThrough = (sql: SqlStorage): number =>
  sql.exec<{ through: number }>('SELECT through FROM indexed').one().through

/** How many events the index is behind the newest. */
export const unindexed = (sql: SqlStorage): number => headOf(sql) - indexedThrough(sql)

/** Indexes the next events, in one transaction; repeating it changes nothing. Answers how many are left. */
export const indexMore = (storage: DurableObjectStorage): number => {
  const { sql } = storage
  const [through, head] = [indexedThrough(sql), headOf(sql)]
  if (through >= head) return 0
  return storage.transactionSync(() => {
    const rows = sql
      .exec<Row>(`SELECT ${columns} FROM events WHERE seq > ? ORDER BY seq LIMIT (? + 0)`, through, atOnce)
      .toArray()
    for (const row of rows) indexEvent(sql, row)
    countHours(sql, rows)
    const last = rows.at(-1)?.seq
    if (last === undefined) throw new Error(`no event behind ${through}, and the newest is ${head}`)
    sql.exec('UPDATE indexed SET through = ?', last)
    return head - last
  })
}

/** Indexes everything up to the newest event. */
export const indexEvents = (storage: DurableObjectStorage): void => {
  while (indexMore(storage) > 0) {
    // The next ones.
  }
}

const indexEvent = (sql: SqlStorage, row: Row): void => {
  const said = row.payload === null ? '' : textOf(JSON.parse(row.payload))
  // Most events are told by the connector that they are about: each name goes in once.
  const named = new Set([row.type, row.id, row.actor_id, row.agent_id, row.connector_id, row.target, row.trace_id])
  named.delete(null)
  const words = indexedWords(`${[...named].join('\n')}\n${said}`)
  sql.exec('INSERT INTO event_terms (rowid, words, tags) VALUES (?, ?, ?)', row.seq, words, tagsOf(row).join(' '))
}

/** What was said has been erased: it cannot be found any more, the event's facts can. */
export const reindexEvent = (sql: SqlStorage, seq: number): void => {
  if (seq > indexedThrough(sql)) return
  const [row] = sql.exec<Row>(`SELECT ${columns} FROM events WHERE seq = ?`, seq).toArray()
  if (!row) return
  sql.exec('DELETE FROM event_terms WHERE rowid = ?', seq)
  indexEvent(sql, row)
}

/** The filter as an FTS5 query; null when nothing in it is in the index. Conditions on rows decide in the end. */
export const queryOf = (filter: SearchFilter): string | null => {
  const any = (tags: string[]) => `tags : (${tags.join(' OR ')})`
  const parts: string[] = []
  const add = (kind: string, value: string | undefined) => {
    if (value) parts.push(any([tag(kind, value)]))
  }
  add('a', filter.agentId)
  add('n', filter.connectorId)
  add('x', filter.traceId)
  add('c', filter.actorId)
  add('o', filter.target)
  if (filter.risk) {
    const levels = filter.risk.split(',').map((risk) => risks.findIndex((known) => known === risk))
    if (new Set(levels).size < risks.length) parts.push(any(levels.map((level) => tag('r', String(level)))))
  }
  if (filter.type) {
    const types = filter.type.split(',')
    if (types.every((type) => /^[a-z-]+\.$|[a-z0-9]$/.test(type)))
      parts.push(any(types.map((type) => (type.endsWith('.') ? tag('g', type) : tag('t', type)))))
  }
  const days = daysBetween(filter.from, filter.to)
  if (days) parts.push(any(days))
  const words = filter.keyword ? keywordQuery(filter.keyword) : null
  if (words) parts.push(words)
  return parts.length === 0 ? null : parts.join(' AND ')
}

const daysMax = 92
const dayMs = 86_400_000

/** The days of a range, or its months when there are many days; null for an open or very long range. */
const daysBetween = (from: string | undefined, to: string | undefined): string[] | null => {
  if (!from || !to) return null
  const [first, last] = [Math.floor(Date.parse(from) / dayMs), Math.floor((Date.parse(to) - 1) / dayMs)]
  const count = last - first + 1
  if (count < 1 || count > daysMax * 30) return null
  const days = Array.from({ length: count }, (_, index) => dayOf((first + index) * dayMs))
  return count <= daysMax
    ? days.map((day) => tag('d', day))
    : [...new Set(days.map((day) => tag('m', day.slice(0, 7))))]
}
