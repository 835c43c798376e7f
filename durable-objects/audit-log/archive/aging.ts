import { tileWidth } from '../../../tlog/tiles.ts'
import type { Done } from '../erase.ts'
import { indexEvents } from '../search-index.ts'
import type { Archive } from './archive.ts'
import type { Archived } from './archived.ts'
import { ArchiveFault } from './bucket.ts'
import { expireArchived, expiringOf, expiringWith, keepExpiring } from './expire.ts'
import { appendTo, bySystem, type KeepingAlarm, type KeepingParts } from './parts.ts'
import { acceptTile, dropRestored, endRestore, nextToRestore } from './restores.ts'
import { retentionOf } from './retention.ts'
import type { Restore } from './rpc.ts'
import { archivedTiles, firstSeqOf, lastSeqOf, trimmedTiles } from './tiles.ts'
import { keepTrimBegin, trimBegunAt, trimWindow } from './window.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Rows of so many tiles leave in one turn: others wait for it. */
const tilesAtOnce = 4
/** A full tile is archived when nothing has been signed for so long … */
const archiveQuietMs = 2_000
/** … or when it has waited for this long: a log that never rests is archived as it goes. */
const archiveWithinMs = 60_000

/**
 * What time does to a log: full tiles go to the archive, what is old leaves, what was asked for comes back. One turn of an
 * alarm does one small step, so that nobody waits for long.
 */
export class Aging {
  private readonly parts: KeepingParts
  private readonly sql: SqlStorage
  private readonly archive: Archive
  private readonly archived: Archived

  constructor(parts: KeepingParts, archive: Archive, archived: Archived) {
    this.parts = parts
    this.sql = parts.storage.sql
    this.archive = archive
    this.archived = archived
  }

  /** After each checkpoint. What is full can wait, and those who append cannot: it goes when they rest, or when it must. */
  async wake(): Promise<void> {
    const fullAt = this.archive.waitingSince(this.parts.signed())
    if (fullAt === null) return
    const due = Math.min(Date.now() + archiveQuietMs, fullAt + archiveWithinMs)
    await this.parts.alarms.delay('archive', Math.max(due, Date.now()))
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
        this.archived.clearFaultOf(n)
      } catch (error) {
        if (!(error instanceof ArchiveFault)) throw error
        await this.archived.tellFault(error)
        return this.parts.alarms.set('archive', at(hourMs))
      }
      if (this.archive.waitingSince(this.parts.signed()) !== null) await this.parts.alarms.set('archive', at(0))
    })
  }

  /** What is old leaves: rows from the window, payloads from the archive, restored rows from the search. */
  private async keepStep(at: (ms: number) => number): Promise<void> {
    indexEvents(this.parts.storage)
    const more = await this.archive.inOrder(async () => {
      const trimmed = await this.parts.tell((sql, now) => this.trim(sql, now))
      const expired = await this.parts.tell((sql, now) => this.expire(sql, now, trimmed !== tilesAtOnce))
      const left = this.parts.storage.transactionSync(() => dropRestored(this.sql, Date.now(), tilesAtOnce))
      await this.archive.sweep()
      return trimmed === tilesAtOnce || expired === tilesAtOnce || left
    })
    const { windowDays, archiveDays } = retentionOf(this.sql)
    const waits = this.sql.exec('SELECT 1 FROM restored_tiles LIMIT 1').toArray().length > 0
    if (more || windowDays !== null || archiveDays !== null || waits)
      await this.parts.alarms.set('keep', at(more ? 0 : hourMs))
  }

  /** However many turns it takes, it is told once, with the last of them. */
  private trim(sql: SqlStorage, now: number): Done<number> | null {
    const { windowDays } = retentionOf(sql)
    const begun = trimBegunAt(sql)
    const { from, tiles } =
      windowDays === null
        ? { from: trimmedTiles(sql), tiles: 0 }
        : trimWindow(sql, now - windowDays * dayMs, tilesAtOnce)
    if (begun === null && tiles === 0) return null
    const first = begun ?? from
    if (tiles === tilesAtOnce) {
      keepTrimBegin(sql, first)
      return { answer: tiles, entries: [] }
    }
    keepTrimBegin(sql, null)
    const end = from + tiles
    const told = { firstSeq: firstSeqOf(first), lastSeq: lastSeqOf(end - 1), events: (end - first) * tileWidth }
    return { answer: tiles, entries: appendTo(this.parts, sql, [bySystem('audit.trimmed', told, now)], now) }
  }

  /** Also told once: with the last turn, behind which no trim brings more. */
  private expire(sql: SqlStorage, now: number, isTrimmed: boolean): Done<number> | null {
    const { archiveDays } = retentionOf(sql)
    const expired =
      archiveDays === null ? [] : expireArchived(sql, this.archive, now - archiveDays * dayMs, tilesAtOnce)
    const expiring = expiringWith(expiringOf(sql), expired)
    if (!expiring) return null
    if (expired.length === tilesAtOnce || !isTrimmed) {
      keepExpiring(sql, expiring)
      return { answer: expired.length, entries: [] }
    }
    keepExpiring(sql, null)
    const { first, last, tiles } = expiring
    const told = { firstSeq: firstSeqOf(first), lastSeq: lastSeqOf(last), events: tiles * tileWidth }
    const event = bySystem('audit.archive-expired', told, now, 'medium')
    return { answer: expired.length, entries: appendTo(this.parts, sql, [event], now) }
  }

  private async restoreStep(at: (ms: number) => number): Promise<void> {
    await this.archive.inOrder(async () => {
      const next = nextToRestore(this.sql)
      if (!next) return
      if (next.n === null) await this.endRestore(next.restore, 'restored', null)
      else {
        const { n, restore } = next
        const read = await this.archived.read(n)
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
      return { answer: null, entries: appendTo(this.parts, sql, [bySystem('audit.restore-ended', told, now)], now) }
    })
    await this.parts.alarms.setIfUnset('keep', Date.now() + hourMs)
  }
}
