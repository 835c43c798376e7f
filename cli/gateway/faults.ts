import type { EventDraft } from '../journal/draft.ts'
import { cut } from './bounded.ts'

/** Tells the first fault of a kind at once and counts the rest until the window closes: garbage must not fill the disk. */
export class Faults {
  readonly #report: (draft: EventDraft) => void
  readonly #windowMs: number
  #open = new Map<string, { count: number; detail: string; timer: NodeJS.Timeout }>()

  constructor(report: (draft: EventDraft) => void, windowMs = 30_000) {
    this.#report = report
    this.#windowMs = windowMs
  }

  add(fault: string, detail: string): void {
    const open = this.#open.get(fault)
    if (open) {
      open.count++
      open.detail = detail
      return
    }
    this.#tell(fault, detail, 1)
    const timer = setTimeout(() => this.#close(fault), this.#windowMs)
    timer.unref()
    this.#open.set(fault, { count: 0, detail, timer })
  }

  /** Tells what was only counted so far. */
  flush(): void {
    for (const fault of [...this.#open.keys()]) this.#close(fault)
  }

  #close(fault: string): void {
    const open = this.#open.get(fault)
    if (!open) return
    clearTimeout(open.timer)
    this.#open.delete(fault)
    if (open.count > 0) this.#tell(fault, open.detail, open.count)
  }

  #tell(fault: string, detail: string, count: number): void {
    this.#report({
      type: 'gateway.fault',
      key: null,
      at: new Date().toISOString(),
      payload: { fault: cut(fault), detail: cut(detail, 500), count },
    })
  }
}
