import type { RunFigures } from '../../../worker/features/health/contract.ts'
import { medianOf, thresholds } from '../../../worker/features/health/rules.ts'

/** What an agent's ended runs say: those of the window against its own earlier ones. */
export const runFigures = (sql: SqlStorage, agent: string, now: number): RunFigures => {
  const { windowMs, windowRunsMax, slow } = thresholds
  const begins = now - windowMs
  const window = sql
    .exec<Ended>(`${ended} AND ended_at > ? ORDER BY ended_at DESC LIMIT (? + 0)`, agent, begins, windowRunsMax)
    .toArray()
  const timed = durationsOf(window)
  // What is too little to compare is not looked up.
  const earlier =
    timed.length < slow.runsMin
      ? []
      : durationsOf(
          sql
            .exec<Ended>(
              `${ended} AND ended_at <= ? ORDER BY ended_at DESC LIMIT (? + 0)`,
              agent,
              begins,
              slow.usualRunsMax,
            )
            .toArray(),
        )
  return {
    windowMinutes: windowMs / 60_000,
    runs: window.length,
    failed: window.filter(({ outcome }) => outcome === 'error').length,
    medianMs: timed.length < slow.runsMin ? null : medianOf(timed),
    usualMs: earlier.length < slow.usualRunsMin ? null : medianOf(earlier),
  }
}

/** Agents that had a run within the window. */
export const agentsWithRuns = (sql: SqlStorage, now: number): string[] =>
  sql
    .exec<{ agent: string }>('SELECT DISTINCT agent FROM runs WHERE ended_at > ?', now - thresholds.windowMs)
    .toArray()
    .map(({ agent }) => agent)

type Ended = { outcome: string; duration_ms: number | null }
/** Aborted runs were ended by somebody: they say nothing about the agent. */
const ended = `SELECT outcome, duration_ms FROM runs WHERE agent = ? AND outcome IS NOT NULL AND outcome <> 'aborted'`

const durationsOf = (rows: Ended[]): number[] =>
  rows.flatMap(({ outcome, duration_ms }) => (outcome === 'ok' && duration_ms !== null ? [duration_ms] : []))
