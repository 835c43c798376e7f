import type {
  DiagnosisCode,
  DiagnosticStep,
  RemedyCode,
} from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { cut } from '../../gateway/bounded.ts'
import { details, fill, remedies } from './words.ts'

type Params = Record<string, string | number>
export type Outcome = {
  outcome: DiagnosticStep['outcome']
  code: DiagnosisCode
  params: Params
  /** Instead of the step's own; null where nothing has to be mended. */
  remedy?: RemedyCode | null
}
export type Check = { name: DiagnosticStep['name']; remedy: RemedyCode; run: () => Outcome | Promise<Outcome> }

const outcomeOf =
  (outcome: Outcome['outcome']) =>
  (code: DiagnosisCode, params: Params = {}, remedy?: RemedyCode): Outcome => ({
    outcome,
    code,
    params,
    ...(remedy ? { remedy } : {}),
  })
export const pass = outcomeOf('pass')
export const warn = outcomeOf('warn')
export const fail = outcomeOf('fail')
export const skip = outcomeOf('skip')

/** Runs one check; what it throws is its failure, in the words of the machine. What is not well names its remedy. */
export async function step({ name, remedy, run }: Check): Promise<DiagnosticStep> {
  const startedAt = performance.now()
  const found = await Promise.resolve()
    .then(run)
    .catch((error: unknown) =>
      fail('error', { message: error instanceof Error ? error.message || error.name : String(error) }),
    )
  const isUnwell = found.outcome === 'fail' || found.outcome === 'warn'
  const remedyCode = isUnwell ? (found.remedy ?? remedy) : null
  const params = Object.fromEntries(
    Object.entries(found.params).map(([key, value]) => [key, typeof value === 'string' ? cut(value, 4_000) : value]),
  )
  return {
    name,
    outcome: found.outcome,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    detail: cut(fill(details[found.code], params), 4_000),
    remedy: remedyCode === null ? null : remedies[remedyCode],
    code: found.code,
    params,
    remedyCode,
  }
}
