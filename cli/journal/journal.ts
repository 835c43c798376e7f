import type { FileHandle } from 'node:fs/promises'
import { rm, statfs } from 'node:fs/promises'
import { ConnectorEvent } from '../../worker/features/connectors/link/contract.ts'
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

export type JournalOptions = {
  bytesMax: number
  /** Told once when an event cannot be written; until `onRoom` nothing more may be read from the gateway. */
  onFull: (reason: string) => void
  onRoom: () => void
  retryMs?: number
}

type Waiting = { draft: EventDraft; done: () => void; failed: (error: Error) => void }

const segmentBytesMax = 1024 * 1024
const batchEventsMax = 256
const recentKeysMax = 20_000
const reserveBytes = 4 * 1024 * 1024

/**
 * The connector's memory on disk. `append` answers when the event is flushed; `acknowledge` is the only thing that
 * ever deletes. Old events are never dropped for new ones: a full journal waits.
 */
export class Journal {
  readonly #folder: string
  readonly #options: JournalOptions
  #meta: JournalMeta
  #segments: Segment[]
  #through: number
  #file: FileHandle | null = null
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #flushing = false
  #full: string | null = null
  #wake: (() => void) | null = null
  #closed = false
  #turn: Promise<void> = Promise.resolve()
  #listeners = new Set<() => void>()
  /** What was told lately, so that back-fill does not tell it again. A cache: the cloud has the last word. */
  #recentKeys = new Set<string>()

  private constructor(folder: string, options: JournalOptions, stored: StoredJournal) {
    this.#folder = folder
    this.#options = options
    this.#meta = stored.meta
    this.#segments = stored.segments
    this.#through = stored.through
  }

  static async open(folder: string, options: JournalOptions): Promise<Journal> {
    const stored = await loadJournal(folder)
    const journal = new Journal(folder, options, stored)
    await journal.#carryOver(stored.salvaged)
    return journal
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
  get full() {
    return this.#full
  }
  /** Bytes that wait in memory for the disk: the measure for slowing the gateway down. */
  get waitingBytes() {
    return this.#waitingBytes
  }
  get #newest(): Segment {
    const newest = this.#segments.at(-1)
    if (!newest) throw new Error('A journal always has a segment.')
    return newest
  }

  /** Calls back after every change of what is to be sent. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Binds the journal to one connector, so that its events never reach another one's organization. */
  async bindTo(connectorId: string): Promise<void> {
    this.#meta = { ...this.#meta, connectorId }
    await writeMeta(this.#folder, this.#meta)
  }

  /** Resolves once the event is on disk; one with a key that was told lately is not told again. */
  append(draft: EventDraft): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The journal is closed.'))
    if (draft.key !== null && !this.#remember(draft.key)) return Promise.resolve()
    this.#waitingBytes += JSON.stringify(draft.payload).length
    return new Promise((done, failed) => {
      this.#waiting.push({ draft, done, failed })
      if (!this.#flushing) void this.#flush()
    })
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

  /** Everything up to `through` is safe elsewhere and may go. Numbers that were never given are refused. */
  async acknowledge(through: number): Promise<void> {
    await this.#alone(async () => {
      if (through <= this.#through) return
      if (through >= this.next) return this.#renew()
      this.#through = through
      await this.#replaceSpentSegment()
      await this.#deleteAcknowledged()
    })
    for (const listener of this.#listeners) listener()
    this.#wake?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    for (const waiting of this.#waiting.splice(0)) waiting.failed(new Error('The journal is closed.'))
    await this.#alone(async () => {
      await this.#file?.close().catch(() => undefined)
      this.#file = null
      await writeAcknowledged(this.#folder, this.id, this.#through).catch(() => undefined)
    })
  }

  /** Writing, rolling and deleting change the same files: one at a time. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    await mine
  }

  #remember(key: string): boolean {
    if (this.#recentKeys.has(key)) return false
    this.#recentKeys.add(key)
    const [oldest] = this.#recentKeys
    if (this.#recentKeys.size > recentKeysMax && oldest !== undefined) this.#recentKeys.delete(oldest)
    return true
  }

  /** One writer: events reach the disk in the order in which they were appended, many to one flush. */
  async #flush(): Promise<void> {
    this.#flushing = true
    while (!this.#closed && (this.#waiting.length > 0 || this.#full)) {
      if (this.#waiting.length > 0) await this.#flushSome()
      else if (await this.#hasRoom()) this.#reportRoom()
      else await this.#pause()
    }
    this.#flushing = false
  }

  async #flushSome(): Promise<void> {
    // On a full disk one event may still fit where many do not.
    const batch = this.#waiting.slice(0, this.#full ? 1 : batchEventsMax)
    try {
      await this.#alone(() => this.#write(batch.map(({ draft }) => draft)))
    } catch (error) {
      if (!this.#closed) await this.#becomeFull(error instanceof Error ? error.message : String(error))
      return
    }
    this.#waiting.splice(0, batch.length)
    for (const waiting of batch) {
      this.#waitingBytes -= JSON.stringify(waiting.draft.payload).length
      waiting.done()
    }
    for (const listener of this.#listeners) listener()
  }

  async #write(drafts: EventDraft[]): Promise<void> {
    const records = drafts.map((draft, index) =>
      encodeRecord(JSON.stringify(numbered(draft, this.id, this.next + index))),
    )
    const bytes = records.reduce((sum, record) => sum + record.length, 0)
    if (this.bytes + bytes > this.#options.bytesMax) {
      throw new Error(`the journal has reached its limit of ${this.#options.bytesMax} bytes`)
    }
    if (this.#newest.bytes > Math.min(segmentBytesMax, this.#options.bytesMax / 8)) await this.#roll()
    try {
      this.#file ??= await openForAppend(this.#newest)
      await appendRecords(this.#newest, this.#file, records)
    } catch (error) {
      // After a failed flush nobody knows what is on disk: the next attempt cuts back to what is known.
      await this.#file?.close().catch(() => undefined)
      this.#file = null
      throw error
    }
  }

  async #roll(): Promise<void> {
    const next = await createSegment(this.#folder, this.next)
    await this.#file?.close()
    this.#file = null
    this.#segments.push(next)
  }

  async #becomeFull(reason: string): Promise<void> {
    if (!this.#full) {
      this.#full = reason
      this.#options.onFull(reason)
    }
    await this.#pause()
  }

  /** Until the next attempt, or until an acknowledgement may have made room. */
  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs ?? 1_000)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }

  /** More room than the next event needs, so that the gateway is not taken up and left again for each. */
  async #hasRoom(): Promise<boolean> {
    const { bytesMax } = this.#options
    if (this.bytes > bytesMax * 0.9) return false
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize >= Math.min(reserveBytes, bytesMax / 10)
  }

  #reportRoom(): void {
    const detail = `The disk took nothing (${this.#full}); the gateway was not read until there was room again.`
    this.#full = null
    void this.append({
      type: 'connector.journal-full',
      key: null,
      at: new Date().toISOString(),
      payload: { bytes: this.bytes, detail: detail.slice(0, 4_000) },
    }).catch(() => undefined)
    this.#options.onRoom()
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
    await writeAcknowledged(this.#folder, this.id, this.#through).catch(() => undefined)
  }

  /** A wholly acknowledged newest segment makes room only by being replaced. */
  async #replaceSpentSegment(): Promise<void> {
    if (this.#through !== lastOf(this.#newest) || this.#newest.bytes === 0) return
    if (this.#full || this.#newest.bytes > 64 * 1024) await this.#roll().catch(() => undefined)
  }

  /** The cloud knows numbers that we never gave: our folder is an old copy. Under a new id nothing is mistaken. */
  async #renew(): Promise<void> {
    const left: string[] = []
    for (let n = this.firstUnacknowledged; n < this.next; ) {
      const events = await this.read(n, 100, 256 * 1024)
      left.push(...events.map((event) => JSON.stringify(event)))
      n += events.length
    }
    await this.#file?.close().catch(() => undefined)
    this.#file = null
    const stored = await startAgain(this.#folder, this.connectorId, left, true)
    this.#meta = stored.meta
    this.#segments = stored.segments
    this.#through = 0
    await this.#carryOver(left)
  }

  async #carryOver(jsons: string[]): Promise<void> {
    for (const json of jsons) {
      const event = ConnectorEvent.safeParse(JSON.parse(json))
      if (event.success) await this.#write([event.data])
    }
    if (jsons.length > 0) {
      await this.#write([
        {
          type: 'gateway.fault',
          key: null,
          at: new Date().toISOString(),
          payload: {
            fault: 'journal-renewed',
            detail: 'The journal on disk was damaged or outdated; what could be read was carried into a new one.',
            count: jsons.length,
          },
        },
      ])
    }
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
