import type { GatewaySigns, HealthBook } from './book/contract.ts'
import { type HealthCause, type HealthCauseName, type HealthState, healthCauses, type RunFigures } from './contract.ts'

const second = 1_000
const minute = 60 * second

/** What counts as unwell. Published in docs/design/health.md; a change here is a change there. */
export const thresholds = {
  /** Runs that ended within this time are the window. */
  windowMs: 60 * minute,
  /** Of the window at most so many are looked at, the newest. */
  windowRunsMax: 500,
  /** `errors` begins at this share of failed runs, and is over below the other. */
  errors: { failedMin: 3, beginsAt: 0.25, endsBelow: 0.15 },
  /** `slow` begins when the median is so many times the usual and so much longer, and is over below the other factor. */
  slow: { runsMin: 5, usualRunsMin: 20, usualRunsMax: 200, beginsAt: 3, endsBelow: 2, longerByMs: 10 * second },
  restartLoop: { restarts: 4, windowMs: 10 * minute },
  /** The gateway is asked this often when it tells nothing, and stale when nothing came from it for the longer time. */
  stale: { askEveryMs: 5 * minute, afterMs: 15 * minute },
  /** So many changes of state within the window are flapping; without one for as long it is calm again. */
  flapping: { changes: 4, windowMs: 15 * minute },
} as const

/** How long a cause has to hold until it counts, and how long it has to be gone until it does not. */
export const holds = (cause: HealthCauseName): { begins: number; ends: number } => {
  if (cause === 'connector_offline' || cause === 'connector_paused') return { begins: 0, ends: 10 * second }
  // A gateway that restarts for a new configuration is away for two to five seconds.
  if (cause === 'gateway_away') return { begins: 10 * second, ends: 10 * second }
  return { begins: 30 * second, ends: 2 * minute }
}

/** With one of these nobody can reach it; with any other it is degraded. */
export const isOfflineCause = (cause: HealthCauseName): boolean =>
  cause === 'connector_offline' ||
  cause === 'connector_paused' ||
  cause === 'never_connected' ||
  cause === 'removed' ||
  cause === 'gateway_away'

export interface Looked {
  book: HealthBook
  causes: HealthCause[]
  /** tell: an event and a line of history. show: only what is shown now, since it flaps. same: nothing is new. */
  outcome: 'tell' | 'show' | 'same'
  /** When it has to be looked at again even if nothing happens; null when that changes nothing. */
  due: number | null
}

/**
 * Damps what is seen now by what was seen before. Offline counts at once; any other cause once it held, and each ends
 * only after it was gone for a while (`holds`). What is not `judged` stays as it is: nothing is known of it now.
 */
export const look = (
  before: HealthBook | null,
  seen: readonly HealthCause[],
  judged: readonly HealthCauseName[],
  now: number,
): Looked => {
  const known = new Map((before?.followed ?? []).map((each) => [each.cause.cause, each]))
  const followed = healthCauses.flatMap((name) => {
    const was = known.get(name)
    if (!judged.includes(name)) return was ? [was] : []
    const found = seen.find(({ cause }) => cause === name)
    const cause = found ?? was?.cause
    if (!cause) return []
    const counts = was?.counts ?? false
    const isSeen = found !== undefined
    if (isSeen === counts) return counts ? [{ cause, counts, turnedAt: null }] : []
    const turnedAt = was?.turnedAt ?? now
    const settled = now - turnedAt >= (isSeen ? holds(name).begins : holds(name).ends)
    if (!settled) return [{ cause, counts, turnedAt }]
    return isSeen ? [{ cause, counts: true, turnedAt: null }] : []
  })
  const causes = followed.filter(({ counts }) => counts).map(({ cause }) => cause)
  const state = stateBy(causes.map(({ cause }) => cause))
  const changed = state !== (before?.state ?? 'healthy')
  const { windowMs, changes } = thresholds.flapping
  const changedAt = [...(before?.changedAt ?? []), ...(changed ? [now] : [])].filter((at) => now - at < windowMs)
  const wasFlapping = before?.isFlapping ?? false
  const isFlapping = wasFlapping ? changedAt.length > 0 : changedAt.length >= changes
  const isNew = isFlapping !== wasFlapping || namesOf(causes) !== namesOf(counting(before))
  return {
    book: { state, followed, changedAt, isFlapping },
    causes,
    outcome: !isNew ? 'same' : wasFlapping && isFlapping ? 'show' : 'tell',
    due: dueOf(
      followed.filter(({ cause }) => judged.includes(cause.cause)),
      isFlapping,
      changedAt,
    ),
  }
}

export const stateBy = (causes: readonly HealthCauseName[]): HealthState =>
  causes.some(isOfflineCause) ? 'offline' : causes.length > 0 ? 'degraded' : 'healthy'

const counting = (book: HealthBook | null): HealthCause[] =>
  (book?.followed ?? []).filter(({ counts }) => counts).map(({ cause }) => cause)

const namesOf = (causes: readonly HealthCause[]): string => causes.map(({ cause }) => cause).join()

const dueOf = (followed: HealthBook['followed'], isFlapping: boolean, changedAt: number[]): number | null => {
  const settles = followed.flatMap(({ cause, counts, turnedAt }) =>
    turnedAt === null ? [] : [turnedAt + (counts ? holds(cause.cause).ends : holds(cause.cause).begins)],
  )
  const calms = isFlapping ? [Math.max(...changedAt) + thresholds.flapping.windowMs] : []
  const due = Math.min(...settles, ...calms)
  return Number.isFinite(due) ? due : null
}

/** What an agent's own runs say. Between the threshold of beginning and that of ending it stays as it is. */
export const causesByRuns = (figures: RunFigures, before: HealthBook | null): HealthCause[] => {
  const { runs, failed, medianMs, usualMs, windowMinutes } = figures
  const counts = (name: HealthCauseName) => counting(before).some(({ cause }) => cause === name)
  const { errors, slow } = thresholds
  const share = runs === 0 ? 0 : failed / runs
  const hasErrors = failed >= errors.failedMin && share >= (counts('errors') ? errors.endsBelow : errors.beginsAt)
  const isSlow =
    medianMs !== null &&
    usualMs !== null &&
    medianMs - usualMs >= slow.longerByMs &&
    medianMs >= usualMs * (counts('slow') ? slow.endsBelow : slow.beginsAt)
  return [
    ...(hasErrors ? [{ cause: 'errors' as const, failed, runs, windowMinutes }] : []),
    ...(isSlow ? [{ cause: 'slow' as const, medianMs, usualMs, runs, windowMinutes }] : []),
  ]
}

/** The middle one; of an even number the lower of both. Null of none. */
export const medianOf = (values: readonly number[]): number | null =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null

export const causesBySigns = (signs: GatewaySigns, now: number): HealthCause[] => {
  if (!signs.isConnected) return [{ cause: 'gateway_away', detail: signs.detail }]
  const { restartLoop, stale } = thresholds
  const restarts = signs.restartedAt.filter((at) => now - at < restartLoop.windowMs).length
  const heardAt = Math.max(signs.heardAt ?? 0, signs.connectedAt ?? 0)
  const windowMinutes = restartLoop.windowMs / 60_000
  return [
    ...(restarts >= restartLoop.restarts ? [{ cause: 'restart_loop' as const, restarts, windowMinutes }] : []),
    ...(signs.issues ? [{ cause: 'config_invalid' as const, issues: signs.issues }] : []),
    ...(heardAt > 0 && now - heardAt >= stale.afterMs
      ? [{ cause: 'stale' as const, heardAt: new Date(heardAt).toISOString() }]
      : []),
  ]
}
