import type { DiagnosticStep } from '../../worker/features/connectors/link/contract.ts'
import { cut } from '../gateway/bounded.ts'

export type Outcome = { outcome: DiagnosticStep['outcome']; detail: string; remedy?: string }
export type Check = { name: DiagnosticStep['name']; remedy: string; run: () => Outcome | Promise<Outcome> }

/** Runs one check; what it throws is its failure, with the remedy that usually helps. */
export async function step({ name, remedy, run }: Check): Promise<DiagnosticStep> {
  const startedAt = performance.now()
  const result = await Promise.resolve()
    .then(run)
    .catch(
      (error: unknown): Outcome => ({
        outcome: 'fail',
        detail: error instanceof Error ? error.message || error.name : String(error),
        remedy,
      }),
    )
  const mend = result.remedy ?? (result.outcome === 'fail' ? remedy : null)
  return {
    name,
    outcome: result.outcome,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    detail: cut(result.detail, 4_000),
    remedy: mend,
  }
}
