import { statfs } from 'node:fs/promises'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { EventDraft } from './draft.ts'
import { EventLog } from './event-log.ts'

export type JournalOptions = {
  bytesMax: number
  /** Told once when an event cannot be written; until `onRoom` nothing more may be read from the gateway. */
  onFull: (reason: string) => void
  onRoom: () => void
  retryMs?: number
}

type Waiting = { draft: EventDraft; done: () => void; failed: (error: Error) => void }

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
  readonly #log: EventLog
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #flushing = false
  #full: string | null = null
  #wake: (() => void) | null = null
  #closed = false
  #listeners = new Set<() => void>()
  /** What was told lately, and when it is on disk, so that back-fill does not tell it again. A cache: the cloud has the last word. */
  #recent = new Map<string, Promise<void>>()

  private constructor(folder: string, options: JournalOptions, log: EventLog) {
    this.#folder = folder
    this.#options = options
    this.#log = log
  }

  static async open(folder: string, options: JournalOptions): Promise<Journal> {
    return new Journal(folder, options, await EventLog.open(folder, options.bytesMax))
  }

  get id() {
    return this.#log.id
  }
  get connectorId() {
    return this.#log.connectorId
  }
  get next() {
    return this.#log.next
  }
  get firstUnacknowledged() {
    return this.#log.firstUnacknowledged
  }
  get bytes() {
    return this.#log.bytes
  }
  get full() {
    return this.#full
  }
  /** Bytes that wait in memory for the disk: the measure for slowing the gateway down. */
  get waitingBytes() {
    return this.#waitingBytes
  }

  /** Calls back after every change of what is to be sent. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Binds the journal to one connector, so that its events never reach another one's organization. */
  bindTo(connectorId: string): Promise<void> {
    return this.#log.bindTo(connectorId)
  }

  /** Resolves once the event is on disk; one with a key that was told lately resolves with the first telling. */
  append(draft: EventDraft): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The journal is closed.'))
    const told = draft.key === null ? undefined : this.#recent.get(draft.key)
    if (told) return told
    this.#waitingBytes += JSON.stringify(draft.payload).length
    const written = new Promise<void>((done, failed) => {
      this.#waiting.push({ draft, done, failed })
      if (!this.#flushing) void this.#flush()
    })
    if (draft.key !== null) this.#remember(draft.key, written)
    return written
  }

  /** Up to `count` events from position `from`, together under `bytesMax` (but always one, if there is one). */
  read(from: number, count: number, bytesMax: number): Promise<ConnectorEvent[]> {
    return this.#log.read(from, count, bytesMax)
  }

  /**
   * Everything up to `through` is safe elsewhere and may go. A number that was never given means that this folder is
   * an old copy: what is left goes on under a new journal id.
   */
  async acknowledge(through: number): Promise<void> {
    await this.#log.acknowledge(through, { hurry: this.#full !== null })
    for (const listener of this.#listeners) listener()
    this.#wake?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    for (const waiting of this.#waiting.splice(0)) waiting.failed(new Error('The journal is closed.'))
    await this.#log.close()
  }

  #remember(key: string, written: Promise<void>): void {
    this.#recent.set(key, written)
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > recentKeysMax && oldest !== undefined) this.#recent.delete(oldest)
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
      await this.#log.write(batch.map(({ draft }) => draft))
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
}
