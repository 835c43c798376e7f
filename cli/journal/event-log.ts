import type { FileHandle } from 'node:fs/promises'
import { rm } from 'node:fs/promises'
import { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import { type EventDraft, numbered } from './draft.ts'
import { encodeRecord } from './records.ts'
import {
  appendRecords,
  createSegment,
  lastOf,
  openForAppend,
  readRecords,
  type Segment,
  syncFolder,
} from './segment.ts'
import { type JournalMeta, loadJournal, type StoredJournal, startAgain, writeAcknowledged, writeMeta } from './store.ts'

const segmentBytesMax = 1024 * 1024
const spentBytes = 64 * 1024

/** The numbered events on disk, in segments. What is written is durable; only an acknowledgement deletes. */
export class EventLog {
  readonly #folder: string
  readonly #bytesMax: number
  #meta: JournalMeta
  #segments: Segment[]
  #through: number
  #file: FileHandle | null = null
  #turn: Promise<void> = Promise.resolve()

  private constructor(folder: string, bytesMax: number, stored: StoredJournal) {
    this.#folder = folder
    this.#bytesMax = bytesMax
    this.#meta = stored.meta
    this.#segments = stored.segments
    this.#through = stored.through
  }

  static async open(folder: string, bytesMax: number): Promise<EventLog> {
    const stored = await loadJournal(folder)
    const log = new EventLog(folder, bytesMax, stored)
    await log.#carryOver(stored.salvaged)
    return log
  }

  get id() {
    return this.#meta.id
  }
  get connectorId() {
    return this.#meta.connectorId
  }
  get next() {
    return lastOf(this.#newest) + 1
  }
  get firstUnacknowledged() {
    return this.#through + 1
  }
  get bytes() {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0)
  }
  get #newest(): Segment {
    const newest = this.#segments.at(-1)
    if (!newest) throw new Error('A journal always has a segment.')
    return newest
  }

  async bindTo(connectorId: string): Promise<void> {
    const meta = { ...this.#meta, connectorId }
    await writeMeta(this.#folder, meta)
    this.#meta = meta
  }

  /** Gives the events their numbers and flushes them, all or none; throws what the disk or the limit says. */
  write(drafts: readonly EventDraft[]): Promise<void> {
    return this.#alone(() => this.#write(drafts))
  }

  /** Up to `count` events from position `from`, together under `bytesMax` (but always one, if there is one). */
  async read(from: number, count: number, bytesMax: number): Promise<ConnectorEvent[]> {
    const segment = this.#segments.find((candidate) => from >= candidate.first && from <= lastOf(candidate))
    if (!segment) return []
    const start = segment.offsets[from - segment.first] ?? 0
    let to = from
    while (to < lastOf(segment) && to - from + 1 < count) {
      if ((segment.offsets[to + 2 - segment.first] ?? segment.bytes) - start > bytesMax) break
      to++
    }
    const records = await readRecords(segment, from, to)
    return records.map((json, index) => readable(json, this.id, from + index))
  }

  /** Everything up to `through` is safe elsewhere and may go; `hurry` makes room even where little is to be won. */
  acknowledge(through: number, { hurry }: { hurry: boolean }): Promise<void> {
    return this.#alone(async () => {
      if (through <= this.#through) return
      if (through >= this.next) return this.#renew()
      this.#through = through
      const newest = this.#newest
      // A wholly acknowledged newest segment makes room only by being replaced.
      const spent = through === lastOf(newest) && newest.bytes > (hurry ? 0 : spentBytes)
      if (spent) await this.#roll().catch(() => undefined)
      await this.#deleteAcknowledged()
    })
  }

  close(): Promise<void> {
    return this.#alone(async () => {
      await this.#letGo()
      await writeAcknowledged(this.#folder, this.id, this.#through).catch(() => undefined)
    })
  }

  /** Writing, rolling and deleting change the same files: one at a time. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    await mine
  }

  async #write(drafts: readonly EventDraft[]): Promise<void> {
    const events = drafts.map((draft, index) => numbered(draft, this.id, this.next + index))
    const records = events.map((event) => encodeRecord(JSON.stringify(event)))
    const bytes = records.reduce((sum, record) => sum + record.length, 0)
    if (this.bytes + bytes > this.#bytesMax) {
      throw new Error(`the journal has reached its limit of ${this.#bytesMax} bytes`)
    }
    if (this.#newest.bytes > Math.min(segmentBytesMax, this.#bytesMax / 8)) await this.#roll()
    try {
      this.#file ??= await openForAppend(this.#newest)
      await appendRecords(this.#newest, this.#file, records)
    } catch (error) {
      // After a failed flush nobody knows what is on disk: the next attempt cuts back to what is known.
      await this.#letGo()
      throw error
    }
  }

  async #roll(): Promise<void> {
    const next = await createSegment(this.#folder, this.next)
    await this.#letGo()
    this.#segments.push(next)
  }

  async #letGo(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close().catch(() => undefined)
  }

  /** The newest segment stays, so that its name remembers the next number even when all is acknowledged. */
  async #deleteAcknowledged(): Promise<void> {
    let deleted = false
    for (let oldest = this.#segments[0]; oldest && this.#segments.length > 1; oldest = this.#segments[0]) {
      if (lastOf(oldest) > this.#through) break
      await rm(oldest.path, { force: true })
      this.#segments.shift()
      deleted = true
    }
    if (deleted) await syncFolder(this.#folder)
    // An old note only makes us send again what the cloud already has.
    await writeAcknowledged(this.#folder, this.id, this.#through).catch(() => undefined)
  }

  /** The cloud knows numbers that we never gave: our folder is an old copy. Under a new id nothing is mistaken. */
  async #renew(): Promise<void> {
    const left: string[] = []
    for (let n = this.firstUnacknowledged; n < this.next; ) {
      const events = await this.read(n, 100, 256 * 1024)
      left.push(...events.map((event) => JSON.stringify(event)))
      n += events.length
    }
    await this.#letGo()
    const stored = await startAgain(this.#folder, this.connectorId, left, true)
    this.#meta = stored.meta
    this.#segments = stored.segments
    this.#through = 0
    await this.#carryOver(left)
  }

  async #carryOver(jsons: readonly string[]): Promise<void> {
    if (jsons.length === 0) return
    for (const json of jsons) {
      const event = ConnectorEvent.safeParse(JSON.parse(json))
      if (event.success) await this.#write([event.data])
    }
    const detail = 'The journal on disk was damaged or outdated; what could be read was carried into a new one.'
    const payload = { fault: 'journal-renewed', detail, count: jsons.length }
    await this.#write([{ type: 'gateway.fault', key: null, at: new Date().toISOString(), payload }])
  }
}

/** A record that cannot be read any more keeps its number: the sequence has no gap. */
function readable(json: string | null, journalId: string, n: number): ConnectorEvent {
  const event = json === null ? null : ConnectorEvent.safeParse(JSON.parse(json))
  if (event?.success) return event.data
  return {
    n,
    key: `gateway.fault:${journalId}:${n}`,
    at: new Date().toISOString(),
    type: 'gateway.fault',
    payload: { fault: 'journal-unreadable', detail: `Record ${n} on disk could not be read.`, count: 1 },
  }
}
