import { join } from 'node:path'
import { z } from 'zod'
import { AgentStop, OrderId, StopAgents } from '../../../worker/features/connectors/link/stops/contract.ts'
import { readJsonFile, writePrivateFile } from '../../profile/private-file.ts'

const endedMax = 50
const Tree = z.record(z.string(), z.unknown())

const SavedJob = z.object({ id: z.string(), name: z.string(), isEnabled: z.boolean(), digest: z.string() })
export type SavedJob = z.infer<typeof SavedJob>

/** An agent that is held. `record`: what was there before anything was changed, written once and never written over. */
const Held = z.object({
  record: z.object({ entry: Tree.nullable(), jobs: z.array(SavedJob) }).nullable(),
  told: AgentStop,
  /** When it was stopped again, newest last: two systems must not fight for ever. */
  again: z.array(z.number()),
  /** Jobs that the gateway lets nobody switch off: what watches the heartbeat, which stands still by itself. */
  left: z.array(z.string()).default([]),
})
export type Held = z.infer<typeof Held>

const Book = z.object({
  orders: z.record(OrderId, StopAgents),
  held: z.record(z.string(), Held),
  /** Orders that are taken back; what became of their agents. An order in here is never obeyed again. */
  ended: z.array(z.object({ orderId: OrderId, agents: z.array(AgentStop) })),
  /** A probe agent that stands at the gateway. */
  probe: z.string().nullable(),
  /** Probes that were removed and that the gateway may list for a while yet. */
  formerProbes: z.array(z.string()).default([]),
})
type Book = z.infer<typeof Book>

/**
 * What the connector was told to keep stopped, on its own disk: it is known after a crash, and obeyed without the cloud.
 * Only its owner can read it; what it saved of an agent never leaves this machine.
 */
export class StopBook {
  readonly #path: string
  #book: Book | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'stops.json')
  }

  /** Throws when the file is damaged: forgetting what is stopped would be worse than not starting. */
  async open(): Promise<Book> {
    this.#book ??= (await readJsonFile(this.#path, Book)) ?? {
      orders: {},
      held: {},
      ended: [],
      probe: null,
      formerProbes: [],
    }
    return this.#book
  }

  /** What was opened; null before that. */
  get opened(): Book | null {
    return this.#book
  }

  /** Writes as a whole, one after the other; when it resolves, all that was changed before is on disk. */
  keep(): Promise<void> {
    const done = this.#writing.then(async () => {
      const book = await this.open()
      book.ended = book.ended.slice(-endedMax)
      await writePrivateFile(this.#path, JSON.stringify(book))
    })
    this.#writing = done.catch(() => undefined)
    return done
  }
}
