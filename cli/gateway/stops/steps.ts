import type { StopStep } from '../../../worker/features/connectors/link/stops/contract.ts'
import { cut } from '../bounded.ts'
import { GatewayGone } from '../refusal.ts'

type Outcome = Partial<Pick<StopStep, 'outcome' | 'detail' | 'counts'>>

/** The steps of one attempt, each with its times since the order was in hand. */
export class Steps {
  readonly #startedAt: number
  readonly taken: StopStep[] = []

  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  get ms(): number {
    return Math.max(0, Math.round(performance.now() - this.#startedAt))
  }

  /** Takes a step. One that fails is told and holds nothing back: only a gateway that is gone ends the attempt. */
  async take<T extends Outcome>(step: StopStep['step'], work: () => Promise<T>): Promise<T | null> {
    const startedMs = this.ms
    const note = ({ outcome = 'done', detail = '', counts = {} }: Outcome) =>
      this.taken.push({ step, outcome, startedMs, endedMs: this.ms, detail: cut(detail, 500), counts })
    try {
      const done = await work()
      note(done)
      return done
    } catch (error) {
      if (error instanceof GatewayGone) throw error
      note({ outcome: 'failed', detail: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
}
