import type { StreamDelivery } from '../../worker/features/audit/streams/contract.ts'
import { iso, isoOrNull } from '../../worker/platform/time.ts'
import type { StreamState } from './rpc.ts'

const deliveriesMax = 100

interface Cursor extends Record<string, SqlStorageValue> {
  stream_id: string
  organization_id: string
  run: number
  version: number
  read_through: number
  told_through: number
  last_seq: number | null
  batch_max: number | null
  delivered: number
  delivered_at: number | null
}

interface DeliveryRow extends Record<string, SqlStorageValue> {
  id: string
  state: 'pending' | 'delivered' | 'given_up'
  form: string
  run: number
  after: number
  read_after: number
  first: number
  last: number
  through: number
  events: number
  attempts: number
  outcome: string | null
  first_at: number
  trouble_since: number | null
  last_at: number | null
  due_at: number
}
/** A delivery that has been put together and not been taken yet: each attempt sends the same events under the same id. */
export type Pending = DeliveryRow

/** What a stream's object keeps. Nothing here awaits: each method is one step. */
export class StreamStore {
  private readonly storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.storage = storage
  }

  introduce(organizationId: string, streamId: string): void {
    this.storage.sql.exec(
      'INSERT OR IGNORE INTO stream (only, stream_id, organization_id) VALUES (1, ?, ?)',
      streamId,
      organizationId,
    )
  }

  cursor(): Cursor | null {
    return this.storage.sql.exec<Cursor>('SELECT * FROM stream').toArray()[0] ?? null
  }

  pending(): Pending | null {
    return this.storage.sql.exec<Pending>("SELECT * FROM deliveries WHERE state = 'pending'").toArray()[0] ?? null
  }

  /**
   * Takes over what the stream is now. A new run begins where it says; any other change gives what is pending another
   * chance at once, or drops it when it would look otherwise now (`form`).
   */
  follow(stream: { run: number; startAfter: number; version: number }, form: string, now: number): void {
    const { sql } = this.storage
    this.storage.transactionSync(() => {
      const known = this.cursor()
      if (!known || known.version === stream.version) return
      if (known.run < stream.run) {
        this.giveUp(now)
        sql.exec(
          'UPDATE stream SET run = ?, read_through = ?, told_through = ?, last_seq = NULL',
          stream.run,
          stream.startAfter,
          stream.startAfter,
        )
      } else if (this.pending()?.form !== form) this.giveUp(now)
      sql.exec("UPDATE deliveries SET due_at = ?, attempts = 0, trouble_since = NULL WHERE state = 'pending'", now)
      sql.exec('UPDATE stream SET version = ?, batch_max = NULL', stream.version)
    })
  }

  /** Nothing up to there matches. */
  readOn(through: number): void {
    this.storage.sql.exec('UPDATE stream SET read_through = max(read_through, ?)', through)
  }

  begin(delivery: Pending): void {
    this.storage.sql.exec(
      `INSERT INTO deliveries (id, state, form, run, after, read_after, first, last, through, events, attempts, first_at, due_at)
       VALUES (?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
      delivery.id,
      delivery.form,
      delivery.run,
      delivery.after,
      delivery.read_after,
      delivery.first,
      delivery.last,
      delivery.through,
      delivery.events,
      delivery.first_at,
      delivery.due_at,
    )
  }

  /** The commit point of a delivery: the cursor moves with it. A crash before sends the same again, under the same id. */
  delivered(delivery: Pending, outcome: string, now: number): void {
    const { sql } = this.storage
    this.storage.transactionSync(() => {
      sql.exec(
        "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, outcome = ?, last_at = ? WHERE id = ?",
        outcome,
        now,
        delivery.id,
      )
      sql.exec(
        `UPDATE stream SET read_through = ?, told_through = ?, last_seq = ?, delivered = delivered + ?, delivered_at = ?
         WHERE run = ?`,
        delivery.through,
        delivery.through,
        delivery.last,
        delivery.events,
        now,
        delivery.run,
      )
      sql.exec('DELETE FROM deliveries WHERE position <= (SELECT max(position) FROM deliveries) - ?', deliveriesMax)
    })
  }

  /** An attempt failed; `dueAt` says when the next one is. */
  failed(delivery: Pending, outcome: string, now: number, dueAt: number): void {
    this.storage.sql.exec(
      `UPDATE deliveries SET attempts = attempts + 1, outcome = ?, last_at = ?, due_at = ?,
         trouble_since = coalesce(trouble_since, ?) WHERE id = ?`,
      outcome,
      now,
      dueAt,
      now,
      delivery.id,
    )
  }

  /** The receiver takes less at once: what is pending is put together anew, in halves. */
  halve(delivery: Pending, outcome: string, now: number): void {
    this.storage.transactionSync(() => {
      this.storage.sql.exec(
        'UPDATE deliveries SET attempts = attempts + 1, outcome = ? WHERE id = ?',
        outcome,
        delivery.id,
      )
      this.giveUp(now)
      this.storage.sql.exec('UPDATE stream SET batch_max = ?', Math.max(1, Math.floor(delivery.events / 2)))
    })
  }

  forget(): void {
    this.storage.transactionSync(() => {
      this.storage.sql.exec('DELETE FROM stream')
      this.storage.sql.exec('DELETE FROM deliveries')
    })
  }

  state(): StreamState | null {
    const cursor = this.cursor()
    if (!cursor) return null
    const pending = this.pending()
    const isTroubled = pending !== null && pending.trouble_since !== null
    return {
      run: cursor.run,
      through: cursor.read_through,
      delivered: cursor.delivered,
      deliveredAt: cursor.delivered_at,
      attempts: pending?.attempts ?? 0,
      troubleSince: pending?.trouble_since ?? null,
      lastError: isTroubled ? pending.outcome : null,
      dueAt: isTroubled ? pending.due_at : null,
    }
  }

  deliveries(): StreamDelivery[] {
    return this.storage.sql
      .exec<DeliveryRow>('SELECT * FROM deliveries ORDER BY position DESC LIMIT (? + 0)', deliveriesMax)
      .toArray()
      .map(({ id, run, after, first, last, through, events, state, attempts, outcome, first_at, last_at }) => ({
        id,
        run,
        after,
        first,
        last,
        through,
        events,
        state,
        attempts,
        outcome,
        firstAt: iso(first_at),
        lastAt: isoOrNull(last_at),
      }))
  }

  private giveUp(now: number): void {
    this.storage.sql.exec("UPDATE deliveries SET state = 'given_up', last_at = ? WHERE state = 'pending'", now)
  }
}
