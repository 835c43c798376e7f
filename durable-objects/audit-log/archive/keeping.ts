import { formatBundle, parseBundle } from '../../../tlog/bundle.ts'
import { tilePath, tileWidth } from '../../../tlog/tiles.ts'
import type { Config } from '../../../worker/config.ts'
import type { AuditEntry, AuditEventType } from '../../../worker/features/audit/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { logFault } from '../../../worker/platform/log.ts'
import type { Alarms } from '../../support/alarms.ts'
import { type Done, eraseEvent, eraseSubject } from '../erase.ts'
import type { AuditInput, Erasure, ProvenEvent } from '../rpc.ts'
import { indexEvents } from '../search-index.ts'
import { appendEvents } from '../store.ts'
import type { Subjects } from '../subjects.ts'
import { Archive, gone, type TileRead } from './archive.ts'
import { ArchiveFault } from './bucket.ts'
import { expireArchived } from './expire.ts'
import { holdBy, holdOnEvent, holdOnSubject, insertHold, listHolds, releaseHold } from './holds.ts'
import { entryOfLeaf, LeafFacts, provenOf } from './leaf-facts.ts'
import {
  acceptTile,
  dropRestored,
  endRestore,
  insertRestore,
  listRestores,
  nextToRestore,
  restoreBy,
  tilesBetween,
} from './restores.ts'
import { archiveState, changeRetention, clearFault, keepFault, retentionOf } from './retention.ts'
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
import { archivedTiles, firstSeqOf, lastSeqOf, tileOfSeq, tileRow, trimmedTiles } from './tiles.ts'
import { trimWindow } from './window.ts'

export type KeepingAlarm = 'archive' | 'keep' | 'restore'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Rows of so many tiles leave in one turn: others wait for it. */
const tilesAtOnce = 20

export interface KeepingParts {
  storage: DurableObjectStorage
  bucket: R2Bucket
  config: Config
  organizationId: string
  subjects: Subjects
  alarms: Pick<Alarms<KeepingAlarm>, 'set' | 'setIfUnset'>
  /** How many events the newest checkpoint covers. */
  signed: () => number
  /** Does something and tells of it in one transaction; null when there was nothing to do. */
  tell: <T>(step: (sql: SqlStorage, now: number) => Done<T> | null) => Promise<T | null>
}

/**
 * How long the events of a log are kept, and where: full tiles go to the archive, what is old leaves the window, and comes
 * back for a while when somebody asks. One turn of an alarm does one small step, so that nobody waits for long.
 */
export class Keeping {
  private readonly parts: KeepingParts
  private readonly sql: SqlStorage
  readonly archive: Archive

  constructor(parts: KeepingParts) {
    this.parts = parts
    this.sql = parts.storage.sql
    this.archive = new Archive(parts.storage, parts.bucket, parts.config, parts.organizationId)
  }

  /** After each checkpoint. */
  async wake(): Promise<void> {
    if (this.archive.isDue(this.parts.signed())) await this.parts.alarms.setIfUnset('archive', Date.now())
  }

  /** After a start: a crash behind a write may have come before its alarm was set. */
  async resume(): Promise<void> {
    const { windowDays, archiveDays } = retentionOf(this.sql)
    const has = (query: string) => this.sql.exec(query).toArray().length > 0
    if (has("SELECT 1 FROM restores WHERE state = 'running' LIMIT 1"))
      await this.parts.alarms.setIfUnset('restore', Date.now())
    if (has('SELECT 1 FROM archive_litter LIMIT 1')) await this.parts.alarms.setIfUnset('archive', Date.now())
    if (windowDays !== null || archiveDays !== null || has('SELECT 1 FROM restored_tiles LIMIT 1'))
      await this.parts.alarms.setIfUnset('keep', Date.now() + hourMs)
    await this.wake()
  }

  async alarm(name: KeepingAlarm, due: number): Promise<void> {
    // Set to the same time again, an alarm would be taken for the one that has just run.
    const at = (ms: number) => Math.max(Date.now() + ms, due + 1)
    if (name === 'archive') await this.archiveStep(at)
    else if (name === 'restore') await this.restoreStep(at)
    else await this.keepStep(at)
  }

  private async archiveStep(at: (ms: number) => number): Promise<void> {
    await this.archive.inOrder(async () => {
      const n = archivedTiles(this.sql)
      try {
        await this.archive.archiveNext(this.parts.signed(), Date.now())
        await this.archive.sweep()
        this.clearFaultOf(n)
      } catch (error) {
        if (!(error instanceof ArchiveFault)) throw error
        await this.tellFault(error)
        return this.parts.alarms.set('archive', at(hourMs))
      }
      if (this.archive.isDue(this.parts.signed())) await this.parts.alarms.set('archive', at(0))
    })
  }

  /** What is old leaves: rows from the window, payloads from the archive, restored rows from the search. */
  private async keepStep(at: (ms: number) => number): Promise<void> {
    indexEvents(this.parts.storage)
    const more = await this.archive.inOrder(async () => {
      const trimmed = await this.parts.tell((sql, now) => this.trim(sql, now))
      const expired = await this.parts.tell((sql, now) => this.expire(sql, now))
      const left = this.parts.storage.transactionSync(() => dropRestored(this.sql, Date.now(), tilesAtOnce))
      await this.archive.sweep()
      return trimmed === tilesAtOnce || expired === tilesAtOnce || left
    })
    const { windowDays, archiveDays } = retentionOf(this.sql)
    const waits = this.sql.exec('SELECT 1 FROM restored_tiles LIMIT 1').toArray().length > 0
    if (more || windowDays !== null || archiveDays !== null || waits)
      await this.parts.alarms.set('keep', at(more ? 0 : hourMs))
  }

  private trim(sql: SqlStorage, now: number): Done<number> | null {
    const { windowDays } = retentionOf(sql)
    if (windowDays === null) return null
    const { from, tiles } = trimWindow(sql, now - windowDays * dayMs, tilesAtOnce)
    if (tiles === 0) return null
    const told = { firstSeq: firstSeqOf(from), lastSeq: lastSeqOf(from + tiles - 1), events: tiles * tileWidth }
    return { answer: tiles, entries: this.append(sql, [bySystem('audit.trimmed', told, now)], now) }
  }

  private expire(sql: SqlStorage, now: number): Done<number> | null {
    const { archiveDays } = retentionOf(sql)
    if (archiveDays === null) return null
    const expired = expireArchived(sql, this.archive, now - archiveDays * dayMs, tilesAtOnce)
    const [first, last] = [expired[0], expired.at(-1)]
    if (first === undefined || last === undefined) return null
    const told = { firstSeq: firstSeqOf(first), lastSeq: lastSeqOf(last), events: expired.length * tileWidth }
    const event = bySystem('audit.archive-expired', told, now, 'medium')
    return { answer: expired.length, entries: this.append(sql, [event], now) }
  }

  private async restoreStep(at: (ms: number) => number): Promise<void> {
    await this.archive.inOrder(async () => {
      const next = nextToRestore(this.sql)
      if (!next) return
      if (next.n === null) await this.endRestore(next.restore, 'restored', null)
      else {
        const { n, restore } = next
        const read = await this.read(n)
        if (read.fault) {
          await this.endRestore(restore, 'failed', read.fault.message)
        } else this.parts.storage.transactionSync(() => acceptTile(this.sql, restore, n, read))
      }
      await this.parts.alarms.set('restore', at(0))
    })
  }

  private async endRestore(restore: Restore, state: 'restored' | 'failed', fault: string | null): Promise<void> {
    await this.parts.tell((sql, now) => {
      endRestore(sql, restore.id, state, fault)
      const told = { restoreId: restore.id, outcome: state, events: restore.done * tileWidth }
      return { answer: null, entries: this.append(sql, [bySystem('audit.restore-ended', told, now)], now) }
    })
    await this.parts.alarms.setIfUnset('keep', Date.now() + hourMs)
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
      return { answer: retentionOf(sql), entries: this.append(sql, [event], now) }
    })
    if (changed) await this.parts.alarms.set('keep', Date.now())
    return changed
  }

  async placeHold(hold: NewHold, event: AuditInput): Promise<Hold> {
    const placed = await this.parts.tell((sql, now) => {
      insertHold(sql, hold, now)
      return { answer: holdBy(sql, hold.id), entries: this.append(sql, [event], now) }
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
      return { answer: holdBy(sql, id), entries: this.append(sql, [event], now) }
    })
  }

  async restore(wanted: NewRestore, event: AuditInput): Promise<Restore | { tiles: number }> {
    const begun = await this.parts.tell<Restore | { tiles: number }>((sql, now) => {
      const tiles = tilesBetween(sql, wanted)
      if (tiles === 0 || tiles > restoreTilesMax) return { answer: { tiles }, entries: [] }
      insertRestore(sql, wanted, tiles, now)
      const told = { ...event, payload: { ...event.payload, events: tiles * tileWidth } }
      return { answer: restoreBy(sql, wanted.id), entries: this.append(sql, [told], now) }
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
      const read = tileRow(this.sql, n)?.openings ? await this.read(n) : null
      if (read?.fault) return { damaged: read.fault.path }
      const facts = read ? factsOf(read, seq) : undefined
      const isThere = read !== null && read.openings[seq - firstSeqOf(n)]?.payload !== null
      const isHeld = holdOnEvent(this.sql, seq, facts) !== null
      const without = read?.openings.map((opening, at) => (firstSeqOf(n) + at === seq ? gone() : opening))
      const written = without && isThere && !isHeld ? await this.archive.writeOpenings(n, without) : null
      const erased = await this.parts.tell<Erasure | Held>((sql, now) => {
        const heldBy = holdOnEvent(sql, seq, facts)
        if (heldBy !== null) return { answer: { heldBy }, entries: [] }
        if (written) this.archive.adopt(n, written)
        return eraseEvent(sql, this.parts.subjects, seq, event, now)
      })
      if (written) await this.parts.alarms.setIfUnset('archive', Date.now())
      return erased
    })
  }

  /** An event that has left the window. Null for what was never archived. Throws an ArchiveFault. */
  async event(seq: number): Promise<AuditEntry | null> {
    const n = tileOfSeq(seq)
    if (!this.hasLeft(n)) return null
    const read = await this.read(n)
    if (read.fault) throw read.fault
    return entryOfLeaf(read, seq - firstSeqOf(n))
  }

  /**
   * What proves events behind `after`, at most to the end of their tile; null when the window has them. It is handed on as
   * the bucket has it, so that whoever verifies finds what is wrong.
   */
  async proven(after: number, limit: number): Promise<ProvenEvent[] | null> {
    const n = tileOfSeq(after + 1)
    if (!this.hasLeft(n)) return null
    const read = await this.read(n)
    return provenOf(read, firstSeqOf(n)).slice(after + 1 - firstSeqOf(n), after + 1 - firstSeqOf(n) + limit)
  }

  /** An entry bundle of what has left the window; null while the window has it, or when the bucket has nothing. */
  async bundle(n: number, width: number): Promise<Uint8Array | null> {
    if (!this.hasLeft(n)) return null
    const bundle = await this.archive.bundle(n)
    if (!bundle || width === tileWidth) return bundle
    return formatBundle(parseBundle(bundle)?.slice(0, width) ?? [])
  }

  private hasLeft(n: number): boolean {
    return n >= 0 && n < trimmedTiles(this.sql)
  }

  /** Reads a tile, and tells when it is not what was archived. */
  private async read(n: number): Promise<TileRead> {
    const read = await this.archive.read(n)
    if (read.fault) await this.tellFault(read.fault)
    else this.clearFaultOf(n)
    return read
  }

  private async tellFault(fault: ArchiveFault): Promise<void> {
    logFault('audit.archive-fault', fault, { organizationId: this.parts.organizationId })
    await this.parts.tell((sql, now) => {
      if (!keepFault(sql, fault.path, fault.found, now)) return null
      const told = { path: fault.path, found: fault.found }
      return { answer: null, entries: this.append(sql, [bySystem('audit.archive-fault', told, now, 'critical')], now) }
    })
  }

  /** A tile that is as it should be, or again is, has no fault. */
  private clearFaultOf(n: number): void {
    const openings = tileRow(this.sql, n)?.openings
    clearFault(
      this.sql,
      (path) => path === openings || [tilePath('entries', n), tilePath(0, n)].some((own) => path.endsWith(own)),
    )
  }

  private append(sql: SqlStorage, events: AuditInput[], now: number) {
    return appendEvents(sql, events, now, this.parts.subjects)
  }
}

const factsOf = (read: TileRead, seq: number) => {
  const { at, agent } = LeafFacts.parse(JSON.parse(read.leaves[(seq - 1) % tileWidth] ?? ''))
  return { at, agentId: agent }
}

const bySystem = (
  type: AuditEventType,
  payload: Record<string, unknown>,
  at: number,
  risk: AuditInput['risk'] = 'low',
): AuditInput => ({
  key: newId('evt'),
  type,
  at,
  actor: { kind: 'system', id: 'keeping' },
  agentId: null,
  connectorId: null,
  target: null,
  risk,
  traceId: null,
  payload,
})
