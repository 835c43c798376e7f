import type { z } from 'zod'
import type { CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'

type Answer = z.infer<typeof CommandResult>
type Heard = (step: DiagnosticStep) => void

/**
 * Commands that need not survive: whoever asked is waiting, and that keeps the object awake. When the object goes all
 * the same, the asker's call fails, and asking again is harmless.
 */
export class Questions {
  private readonly waiting = new Map<string, (answer: Answer | null) => void>()
  private readonly listening = new Map<string, Heard>()

  /** Resolves with the answer; null when none came in time or the connector went away. `heard`: steps until then. */
  async ask(id: string, withinMs: number, send: () => void | Promise<void>, heard?: Heard): Promise<Answer | null> {
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      const answered = new Promise<Answer | null>((resolve) => {
        this.waiting.set(id, resolve)
        timer = setTimeout(() => resolve(null), withinMs)
      })
      if (heard) this.listening.set(id, heard)
      await send()
      return await answered
    } finally {
      // A timer that is left running would keep the object from sleeping.
      clearTimeout(timer)
      this.waiting.delete(id)
      this.listening.delete(id)
    }
  }

  answer(answer: Answer): void {
    this.waiting.get(answer.id)?.(answer)
  }

  /** What an answer has so far, for who asked to hear it. */
  step(id: string, step: DiagnosticStep): void {
    this.listening.get(id)?.(step)
  }

  get size(): number {
    return this.waiting.size
  }

  /** Nobody will answer any more. */
  abandon(): void {
    for (const resolve of this.waiting.values()) resolve(null)
  }
}
