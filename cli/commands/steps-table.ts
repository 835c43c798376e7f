import type { DiagnosticStep } from '../../worker/features/connectors/link/contract.ts'
import { note, plain, print, table } from '../output/output.ts'

/** Diagnostics as a table, and below it how to mend what is not well. */
export function showSteps(steps: readonly DiagnosticStep[]): void {
  print(
    table(steps, {
      check: (step) => step.name,
      result: (step) => step.outcome,
      ms: (step) => step.durationMs,
      detail: (step) => step.detail,
    }),
  )
  for (const step of steps) if (step.remedy) note(`${step.name}: ${plain(step.remedy)}`)
}
