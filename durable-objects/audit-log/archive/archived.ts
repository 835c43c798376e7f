import { formatBundle, parseBundle } from '../../../tlog/bundle.ts'
import { hex } from '../../../tlog/note.ts'
import { tilePath, tileWidth } from '../../../tlog/tiles.ts'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { logFault } from '../../../worker/platform/log.ts'
import { entryOf, factsOf } from '../leaf-facts.ts'
import type { ProvenEvent } from '../rpc.ts'
import type { Archive, TileRead } from './archive.ts'
import type { ArchiveFault } from './bucket.ts'
import { appendTo, bySystem, type KeepingParts } from './parts.ts'
import { clearFault, keepFault } from './retention.ts'
import type { Damaged } from './rpc.ts'
import { firstSeqOf, tileOfSeq, tileRow, trimmedTiles } from './tiles.ts'

/** Reads what is in the archive; a tile that is not what was archived is told, once for each change. */
export class Archived {
  private readonly parts: KeepingParts
  private readonly sql: SqlStorage
  private readonly archive: Archive

  constructor(parts: KeepingParts, archive: Archive) {
    this.parts = parts
    this.sql = parts.storage.sql
    this.archive = archive
  }

  /** An event that has left the window. Null for what was never archived. */
  async event(seq: number): Promise<AuditEntry | Damaged | null> {
    const n = tileOfSeq(seq)
    if (!this.hasLeft(n)) return null
    const read = await this.read(n)
    if (read.fault) return { damaged: read.fault.path }
    const event = provenOf(read, firstSeqOf(n))[seq - firstSeqOf(n)]
    const facts = event && factsOf(event.leaf)
    return facts ? entryOf(facts, event.payload, event.hash) : null
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
  async read(n: number): Promise<TileRead> {
    const read = await this.archive.read(n)
    if (read.fault) await this.tellFault(read.fault)
    else this.clearFaultOf(n)
    return read
  }

  async tellFault(fault: ArchiveFault): Promise<void> {
    logFault('audit.archive-fault', fault, { organizationId: this.parts.organizationId })
    await this.parts.tell((sql, now) => {
      if (!keepFault(sql, fault.path, fault.found, now)) return null
      const told = { path: fault.path, found: fault.found }
      return {
        answer: null,
        entries: appendTo(this.parts, sql, [bySystem('audit.archive-fault', told, now, 'critical')], now),
      }
    })
  }

  /** A tile that is as it should be, or again is, has no fault. */
  clearFaultOf(n: number): void {
    const openings = tileRow(this.sql, n)?.openings
    clearFault(
      this.sql,
      (path) => path === openings || [tilePath('entries', n), tilePath(0, n)].some((own) => path.endsWith(own)),
    )
  }
}

/** The events of a tile with what proves them, as the bucket has them. */
const provenOf = ({ leaves, openings, hashes }: TileRead, first: number): ProvenEvent[] =>
  leaves.map((leaf, at) => ({
    seq: first + at,
    leaf,
    hash: hex(hashes.subarray(32 * at, 32 * at + 32)),
    payload: openings[at]?.payload ?? null,
    salt: openings[at]?.salt ?? null,
  }))
