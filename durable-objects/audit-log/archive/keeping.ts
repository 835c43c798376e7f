import { tileWidth } from '../../../tlog/tiles.ts'
import { eraseEvent, eraseSubject } from '../erase.ts'
import type { AuditInput, Erasure } from '../rpc.ts'
import { Aging } from './aging.ts'
import { Archive, gone } from './archive.ts'
import { Archived } from './archived.ts'
import { holdBy, holdOnEvent, holdOnSubject, insertHold, listHolds, releaseHold } from './holds.ts'
import { appendTo, type KeepingParts } from './parts.ts'
import { insertRestore, listRestores, restoreBy, tilesBetween } from './restores.ts'
import { archiveState, changeRetention, retentionOf } from './retention.ts'
import {
  type Damaged,
  type Held,
  type Hold,
  type KeepingState,
  type NewHold,
  type NewRestore,
  type Restore,
  type Retention,
  type RetentionDays,
  restoreTilesMax,
} from './rpc.ts'
import { firstSeqOf, tileOfSeq, tileRow } from './tiles.ts'

/** How long the events of a log are kept, and where: what people decide of it, beside what is archived and what time does. */
export class Keeping {
  readonly archived: Archived
  readonly aging: Aging
  private readonly parts: KeepingParts
  private readonly sql: SqlStorage
  private readonly archive: Archive

  constructor(parts: KeepingParts) {
    this.parts = parts
    this.sql = parts.storage.sql
    this.archive = new Archive(parts.storage, parts.bucket, parts.config, parts.organizationId)
    this.archived = new Archived(parts, this.archive)
    this.aging = new Aging(parts, this.archive, this.archived)
  }

  state(): KeepingState {
    return {
      archive: archiveState(this.sql, this.parts.signed()),
      retention: retentionOf(this.sql),
      holds: listHolds(this.sql),
      restores: listRestores(this.sql),
    }
  }

  async setRetention(seen: number, days: RetentionDays, byName: string, event: AuditInput): Promise<Retention | null> {
    const changed = await this.parts.tell((sql, now) => {
      if (retentionOf(sql).version !== seen) return null
      changeRetention(sql, days, byName, now)
      return { answer: retentionOf(sql), entries: appendTo(this.parts, sql, [event], now) }
    })
    if (changed) await this.parts.alarms.set('keep', Date.now())
    return changed
  }

  async placeHold(hold: NewHold, event: AuditInput): Promise<Hold> {
    const placed = await this.parts.tell((sql, now) => {
      insertHold(sql, hold, now)
      return { answer: holdBy(sql, hold.id), entries: appendTo(this.parts, sql, [event], now) }
    })
    if (!placed) throw new Error('the hold was not placed')
    return placed
  }

  async releaseHold(id: string, byName: string, because: string, event: AuditInput): Promise<Hold | null> {
    return this.parts.tell((sql, now) => {
      const before = holdBy(sql, id)
      if (!before) return null
      if (before.releasedAt !== null) return { answer: before, entries: [] }
      releaseHold(sql, id, byName, because, now)
      return { answer: holdBy(sql, id), entries: appendTo(this.parts, sql, [event], now) }
    })
  }

  async restore(wanted: NewRestore, event: AuditInput): Promise<Restore | { tiles: number }> {
    const begun = await this.parts.tell<Restore | { tiles: number }>((sql, now) => {
      const tiles = tilesBetween(sql, wanted)
      if (tiles === 0 || tiles > restoreTilesMax) return { answer: { tiles }, entries: [] }
      insertRestore(sql, wanted, tiles, now)
      const told = { ...event, payload: { ...event.payload, events: tiles * tileWidth } }
      return { answer: restoreBy(sql, wanted.id), entries: appendTo(this.parts, sql, [told], now) }
    })
    if (!begun) throw new Error('the restore was not begun')
    await this.parts.alarms.setIfUnset('restore', Date.now())
    return begun
  }

  async eraseSubject(subject: string, event: AuditInput): Promise<Erasure | Held | null> {
    return this.parts.tell<Erasure | Held>((sql, now) => {
      const heldBy = holdOnSubject(sql, subject)
      return heldBy === null
        ? eraseSubject(sql, this.parts.subjects, subject, event, now)
        : { answer: { heldBy }, entries: [] }
    })
  }

  /**
   * Destroys what one event said. Of an archived one the tile's openings are written again without it, under another key;
   * the commit makes these the tile's, destroys the earlier key and tells of the erasure.
   */
  eraseEvent(seq: number, event: AuditInput): Promise<Erasure | Held | Damaged | null> {
    const n = tileOfSeq(seq)
    return this.archive.inOrder(async () => {
      const read = tileRow(this.sql, n)?.openings ? await this.archived.read(n) : null
      if (read?.fault) return { damaged: read.fault.path }
      const leaf = read?.leaves[seq - firstSeqOf(n)]
      const isThere = read !== null && read.openings[seq - firstSeqOf(n)]?.payload !== null
      const isHeld = holdOnEvent(this.sql, seq, leaf) !== null
      const without = read?.openings.map((opening, at) => (firstSeqOf(n) + at === seq ? gone() : opening))
      const written = without && isThere && !isHeld ? await this.archive.writeOpenings(n, without) : null
      const erased = await this.parts.tell<Erasure | Held>((sql, now) => {
        const heldBy = holdOnEvent(sql, seq, leaf)
        if (heldBy !== null) return { answer: { heldBy }, entries: [] }
        if (written) this.archive.adopt(n, written)
        return eraseEvent(sql, this.parts.subjects, seq, event, now)
      })
      if (written) await this.parts.alarms.setIfUnset('archive', Date.now())
      return erased
    })
  }
}
