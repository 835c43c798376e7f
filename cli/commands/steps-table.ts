import { type DiagnosticStep, diagnosticNames } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { note, plain, print } from '../output/output.ts'

const nameWidth = Math.max(...diagnosticNames.map((name) => name.length))

/** Diagnostics as a table whose rows come one by one, as the steps end. Its columns are as wide as they can become. */
export class StepsTable {
  readonly #shown = new Map<string, DiagnosticStep>()

  show(step: DiagnosticStep): void {
    if (this.#shown.has(step.name)) return
    if (this.#shown.size === 0) print(row('CHECK', 'RESULT', 'MS', 'DETAIL'))
    this.#shown.set(step.name, step)
    print(row(step.name, step.outcome, String(step.durationMs), plain(step.detail)))
  }

  /** Below the table: how what is not well is mended. */
  end(): void {
    for (const { name, remedy } of this.#shown.values()) if (remedy) note(`${name}: ${plain(remedy)}`)
  }
}

const row = (check: string, result: string, ms: string, detail: string): string =>
  `${check.padEnd(nameWidth)}  ${result.padEnd(6)}  ${ms.padStart(8)}  ${detail}`
