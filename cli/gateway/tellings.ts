import type { EventDraft } from '../journal/draft.ts'
import type { ApprovalRecord } from './approvals.ts'
import { requestedDraft } from './normalise.ts'
import { callOf } from './plugin-calls.ts'
import type { GatewaySession } from './session.ts'
import { usageOf } from './usage.ts'

type Append = (draft: EventDraft) => Promise<void>
type Draft<T extends EventDraft['type']> = Extract<EventDraft, { type: T }>

/** What the gateway said and has to be asked more about before it is told. Nothing in here fails. */
export class Tellings {
  readonly #session: GatewaySession
  readonly #append: Append
  readonly #open = new Set<Promise<void>>()
  /** Questions of our plugin that are being looked up: their decisions must not be told before them. */
  readonly #asking = new Map<string, Promise<void>>()

  constructor(session: GatewaySession, append: Append) {
    this.#session = session
    this.#append = append
  }

  /** A run has ended: what it used has to be asked for. */
  endOfRun(draft: Draft<'run.ended'>): void {
    this.#later(async () => {
      const usage = await usageOf(this.#session, draft.payload)
      await this.#append({ ...draft, payload: { ...draft.payload, usage } })
    })
  }

  /** Our plugin asks: the gateway shows only the beginning of the arguments. */
  pluginAsks(record: ApprovalRecord): void {
    const told = this.#later(async () => {
      const call = await callOf(this.#session, record)
      await this.#append(requestedDraft(record, 'openclaw.plugin', call))
      this.#asking.delete(record.id)
    })
    this.#asking.set(record.id, told)
  }

  decision(draft: Draft<'approval.resolved'>): void {
    const asking = this.#asking.get(draft.payload.externalId)
    if (asking) this.#later(() => asking.then(() => this.#append(draft)))
    else void this.#append(draft)
  }

  /** Resolves when everything that was begun is told. */
  async settled(): Promise<void> {
    await Promise.all(this.#open)
  }

  #later(work: () => Promise<void>): Promise<void> {
    const told = work().finally(() => this.#open.delete(told))
    this.#open.add(told)
    return told
  }
}
