import { AuditEventType, type SearchFilter } from '../../worker/features/audit/contract.ts'
import { risks } from '../../worker/platform/contract.ts'
import { countHours } from './hours.ts'
import { factsOf, type LeafFacts } from './leaf-facts.ts'
import { indexedWords, keywordQuery, textOf } from './search-words.ts'
import { headOf, storedBetween, storedEvent } from './segments/read.ts'
import type { StoredEvent } from './segments/segment.ts'

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

/** Twice as many pieces of one size before they are merged: a third less to merge, and a search looks into a few more. */
export const mergeLaterMigration = "INSERT INTO event_terms (event_terms, rank) VALUES ('automerge', 8)"

const atOnce = 1_000

/** The tokenizer keeps letters and digits only: a tag is one word of these, its first letter says which fact it is. */
const tag = (kind: Kind, value: string): string => `${kind}${value.replaceAll(/[^A-Za-z0-9]/g, '')}`

/** Event, agent, connector, actor, target, trace; type, risk; day and month. */
const idKinds = ['e', 'a', 'n', 'c', 'o', 'x'] as const
type Kind = (typeof idKinds)[number] | 't' | 'r' | 'd' | 'm'

const knownMax = 2_000
/** A cache: the same few types, agents and days come again and again. */
const knownTags = new Map<Kind, Map<string, string>>()
const knownTag = (kind: Kind, value: string): string => {
  const known = knownTags.get(kind) ?? new Map<string, string>()
  const found = known.get(value)
  if (found !== undefined) return found
  if (known.size >= knownMax) known.clear()
  const made = tag(kind, value)
  known.set(value, made)
  knownTags.set(kind, known)
  return made
}

const dayMs = 86_400_000
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
/** The tags of the day that was asked for last, and which that was. */
let lastDay = { n: Number.NaN, tags: '' }
const dayTags = (at: number): string => {
  const n = Math.floor(at / dayMs)
  if (n !== lastDay.n) lastDay = { n, tags: `${tag('d', dayOf(at))} ${tag('m', dayOf(at).slice(0, 7))}` }
  return lastDay.tags
}

const tagsOf = ({ id, type, risk, at, actor, agent, connector, target, trace }: LeafFacts): string => {
  let tags = `${tag('e', id)} ${knownTag('t', type)} r${risks.indexOf(risk)} ${dayTags(at)} ${knownTag('c', actor.id)}`
  if (agent) tags += ` ${knownTag('a', agent)}`
  if (connector) tags += ` ${knownTag('n', connector)}`
  if (target) tags += ` ${tag('o', target)}`
  if (trace) tags += ` ${knownTag('x', trace)}`
  return tags
}

/** An id of ours, or of a trace: it is found by its tag, and words of it would say the same once more. */
const isTagged = /^(?:[a-z]{3}_[0-9a-z]{26}|[0-9a-f]{32})$/
const namesOf = ({ type, actor, agent, connector, target, trace }: LeafFacts): string => {
  let names: string = type
  for (const name of [actor.id, agent, connector, target, trace])
    if (name !== null && !isTagged.test(name)) names += `\n${name}`
  return names
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
    const last = Math.min(head, through + atOnce)
    const indexed = [...storedBetween(sql, through + 1, last)].flatMap((event) => indexEvent(sql, event) ?? [])
    countHours(sql, indexed)
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

/** Answers what its leaf says; null for a row that was changed by hand, which no search finds and whoever verifies does. */
const indexEvent = (sql: SqlStorage, { seq, leaf, payload }: StoredEvent): LeafFacts | null => {
  const facts = factsOf(leaf)
  if (!facts) return null
  const said = payload === null ? '' : textOf(JSON.parse(payload))
  const words = indexedWords(`${namesOf(facts)}\n${said}`)
  sql.exec('INSERT INTO event_terms (rowid, words, tags) VALUES (?, ?, ?)', seq, words, tagsOf(facts))
  return facts
}

/** What was said has been erased: it cannot be found any more, the event's facts can. */
export const reindexEvent = (sql: SqlStorage, seq: number): void => {
  if (seq > indexedThrough(sql)) return
  const event = storedEvent(sql, seq)
  if (!event) return
  sql.exec('DELETE FROM event_terms WHERE rowid = ?', seq)
  indexEvent(sql, event)
}

/** The filter as an FTS5 query; null when nothing in it is in the index. What the leaf says decides in the end. */
export const queryOf = (filter: SearchFilter): string | null => {
  const any = (tags: string[]) => `tags : (${tags.join(' OR ')})`
  const parts: string[] = []
  const add = (kind: Kind, value: string | undefined) => {
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
      parts.push(any(types.flatMap(typesOf).map((type) => tag('t', type))))
  }
  const days = daysBetween(filter.from, filter.to)
  if (days) parts.push(any(days))
  const begun = (id: string) => any(idKinds.map((kind) => `${tag(kind, id)}*`))
  const words = filter.keyword ? keywordQuery(filter.keyword, begun) : null
  if (words) parts.push(words)
  return parts.length === 0 ? null : parts.join(' AND ')
}

/** Whether what the index answers for a filter is all that fits it, and nothing else: then no leaf has to be looked at. */
export const isDecidedByIndex = ({ type, from, to, ...filter }: SearchFilter): boolean => {
  const ids = [filter.agentId, filter.connectorId, filter.traceId, filter.actorId, filter.target]
  const areTypes = (type?.split(',') ?? []).every((each) => typesOf(each).every(isType))
  return ids.every((id) => !id || isTagged.test(id)) && areTypes && areWholeDays(from, to)
}

const types = new Set<string>(AuditEventType.options)
const isType = (text: string): boolean => types.has(text)

/** All types of a group; any other type itself, and so a group that has none, which no event has a tag of. */
const typesOf = (wanted: string): string[] => {
  const types = wanted.endsWith('.') ? AuditEventType.options.filter((type) => type.startsWith(wanted)) : []
  return types.length > 0 ? types : [wanted]
}

const daysMax = 92

const areWholeDays = (from: string | undefined, to: string | undefined): boolean => {
  if (!from && !to) return true
  if (!from || !to) return false
  const [first, last] = [Date.parse(from) / dayMs, Date.parse(to) / dayMs]
  return Number.isInteger(first) && Number.isInteger(last) && last > first && last - first <= daysMax
}

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
