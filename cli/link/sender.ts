import { eventsPerFrameMax } from '../../worker/features/connectors/link/contract.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { Journal } from '../journal/journal.ts'

const frameBudgetBytes = 256 * 1024
const windowFrames = 4

/**
 * Sends the journal in order, at most four unacknowledged frames at a time. It only ever reads the journal; what
 * deletes is the acknowledgement.
 */
export class Sender {
  readonly #journal: Journal
  readonly #send: (events: ConnectorEvent[]) => void
  readonly #journalId: string
  #next: number
  /** The last position of each frame on its way. */
  #inFlight: number[] = []
  #oldestSentAt = 0
  #pumping = false
  #again = false
  #closed = false

  constructor(journal: Journal, send: (events: ConnectorEvent[]) => void) {
    this.#journal = journal
    this.#journalId = journal.id
    this.#send = send
    this.#next = journal.firstUnacknowledged
  }

  /** How long the oldest frame has been waiting for its acknowledgement. */
  waitingMs(now: number): number {
    return this.#inFlight.length > 0 ? now - this.#oldestSentAt : 0
  }

  async acknowledge(journalId: string, through: number): Promise<void> {
    if (journalId !== this.#journalId || journalId !== this.#journal.id) return
    this.#inFlight = this.#inFlight.filter((last) => last > through)
    this.#oldestSentAt = Date.now()
    // The cloud may already hold more than we remember having sent: after a crash only our note of it is old.
    this.#next = Math.max(this.#next, through + 1)
    await this.#journal.acknowledge(through)
    await this.pump()
  }

  close(): void {
    this.#closed = true
  }

  async pump(): Promise<void> {
    if (this.#pumping) {
      this.#again = true
      return
    }
    this.#pumping = true
    try {
      await this.#pumpAll()
    } finally {
      this.#pumping = false
    }
  }

  async #pumpAll(): Promise<void> {
    do {
      this.#again = false
      while (!this.#closed && this.#inFlight.length < windowFrames && this.#next < this.#journal.next) {
        const from = this.#next
        const events = await this.#journal.read(from, eventsPerFrameMax, frameBudgetBytes)
        const last = events.at(-1)
        if (!last || this.#closed || this.#journal.id !== this.#journalId) break
        if (this.#next !== from) continue
        if (this.#inFlight.length === 0) this.#oldestSentAt = Date.now()
        this.#send(events)
        this.#inFlight.push(last.n)
        this.#next = last.n + 1
      }
    } while (this.#again && !this.#closed)
  }
}
