import { hex } from '../../../tlog/note.ts'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { entryOf, factsOf, type LeafFacts } from '../leaf-facts.ts'
import { eventsOf, linesOf, type SegmentRow, type StoredEvent } from './segment.ts'

/**
 * Reads events by their numbers, one after the other: the row that was read last is kept, since what follows is often in
 * it. What they say is read only of those that somebody wants to see. For one answer: nothing may be written meanwhile.
 */
export class EventReader {
  private readonly sql: SqlStorage
  private leaves: { first: number; last: number; lines: string[] } | null = null
  private opened: { first: number; events: StoredEvent[] } | null = null

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Null for an event that is not there. */
  facts(seq: number): LeafFacts | null {
    if (!this.leaves || seq < this.leaves.first || seq > this.leaves.last) {
      const [row] = this.sql
        .exec<{ first: number; last: number; leaves: string }>(
          'SELECT first, last, leaves FROM segments WHERE first <= ? ORDER BY first DESC LIMIT 1',
          seq,
        )
        .toArray()
      if (!row || row.last < seq) return null
      this.leaves = { first: row.first, last: row.last, lines: linesOf(row.leaves) }
    }
    const facts = factsOf(this.leaves.lines[seq - this.leaves.first] ?? '')
    return facts?.seq === seq ? facts : null
  }

  /** The whole event. */
  entry(facts: LeafFacts): AuditEntry {
    const event = this.stored(facts.seq)
    return entryOf(facts, event.payload, hex(event.leafHash))
  }

  private stored(seq: number): StoredEvent {
    const first = this.leaves?.first ?? 0
    if (this.opened?.first !== first) {
      const row = this.sql
        .exec<SegmentRow>('SELECT first, last, leaves, hashes, payloads, salts FROM segments WHERE first = ?', first)
        .one()
      this.opened = { first, events: eventsOf(row) }
    }
    const event = this.opened.events[seq - first]
    if (!event) throw new Error(`there is no event ${seq}`)
    return event
  }
}
