import type { AuditInput, Erasure, Original } from './rpc.ts'
import { reindexEvent } from './search-index.ts'
import { headOf } from './segments/read.ts'
import { eraseStored } from './segments/write.ts'
import { type Appended, appendEvents } from './store.ts'
import type { Subjects } from './subjects.ts'

/** What an erasure or a reading answers, and the events by which the sequence tells of it. */
export interface Done<T> {
  answer: T
  entries: Appended[]
}

/**
 * Each of these runs in one transaction with the event that tells of it: what was destroyed is told, and what was read.
 * Done before, an erasure is done, and not told again.
 */
export const eraseSubject = (
  sql: SqlStorage,
  subjects: Subjects,
  subject: string,
  event: AuditInput,
  now: number,
): Done<Erasure> | null => {
  const known = subjects.erased(subject)
  if (known === null) return null
  if (known !== 'present') return { answer: known, entries: [] }
  const answer = subjects.erase(subject, now)
  const told = { ...event, payload: { ...event.payload, events: answer.events } }
  return { answer, entries: appendEvents(sql, [told], now, subjects) }
}

/** Payload and salt: the leaf and all that is proven by it stay, and commit to what nobody can find any more. */
export const eraseEvent = (
  sql: SqlStorage,
  subjects: Subjects,
  seq: number,
  event: AuditInput,
  now: number,
): Done<Erasure> | null => {
  if (seq < 1 || seq > headOf(sql)) return null
  const [erased] = sql.exec<{ at: number }>('SELECT at FROM erased_events WHERE seq = ?', seq).toArray()
  if (erased) return { answer: { erasedAt: erased.at, events: 1 }, entries: [] }
  eraseStored(sql, seq)
  sql.exec('INSERT INTO erased_events (seq, at) VALUES (?, ?)', seq, now)
  subjects.eraseOf(seq)
  reindexEvent(sql, seq)
  return { answer: { erasedAt: now, events: 1 }, entries: appendEvents(sql, [event], now, subjects) }
}

/** Null when nothing of that is kept: the event never had it, or it has been erased. */
export const revealOriginals = (
  sql: SqlStorage,
  subjects: Subjects,
  seq: number,
  wanted: { subject: string } | { path: string },
  event: AuditInput,
  now: number,
): Done<Original[]> | null => {
  const answer = subjects.read(seq, wanted)
  if (answer.length === 0) return null
  const told = { ...event, payload: { ...event.payload, subjects: [...new Set(answer.map(({ subject }) => subject))] } }
  return { answer, entries: appendEvents(sql, [told], now, subjects) }
}
