import type { StopStep } from '../../../worker/features/connectors/link/stops/contract.ts'
import { cut } from '../bounded.ts'
import { GatewayGone } from '../refusal.ts'
import { StepFault } from './step-fault.ts'

type Outcome = Partial<Pick<StopStep, 'outcome' | 'because' | 'detail' | 'counts'>>

/** A step of the plugin, where none is. */
export const withoutPlugin = {
  outcome: 'skipped',
  because: { code: 'no_plugin', facts: {} },
  detail: 'No plugin of ours is loaded that refuses runs.',
} as const satisfies Outcome

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
    const note = ({ outcome = 'done', because = null, detail = '', counts = {} }: Outcome) =>
      this.taken.push({ step, outcome, startedMs, endedMs: this.ms, because, detail: cut(detail, 500), counts })
    try {
      const done = await work()
      note(done)
      return done
    } catch (error) {
      if (error instanceof GatewayGone) throw error
      const because = error instanceof StepFault ? error.because : null
      note({ outcome: 'failed', because, detail: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
}
