import type { HealthChange, HealthState } from '../../../worker/features/health/contract.ts'

export interface Segment {
  from: number
  to: number
  state: HealthState
  causes: HealthChange['causes'][number]['cause'][]
  isFlapping: boolean
}

/**
 * A history (the newest first) as stretches of time from `from` to `to`, the oldest first. Before the first change it was
 * healthy, as far as it was there: nothing is drawn before `bornAt`.
 */
export const segmentsOf = (
  history: readonly HealthChange[],
  { from, to, bornAt }: { from: number; to: number; bornAt: number },
): Segment[] => {
  const begins = Math.max(from, bornAt)
  const first: Segment = { from: bornAt, to, state: 'healthy', causes: [], isFlapping: false }
  const changes = history
    .map((change) => ({
      from: Date.parse(change.at),
      to,
      state: change.state,
      causes: change.causes.map(({ cause }) => cause),
      isFlapping: change.isFlapping,
    }))
    .reverse()
  return [first, ...changes]
    .map((segment, index, all) => ({ ...segment, to: all[index + 1]?.from ?? to }))
    .filter((segment) => segment.to > begins && segment.from < to)
    .map((segment) => ({ ...segment, from: Math.max(segment.from, begins), to: Math.min(segment.to, to) }))
    .filter((segment) => segment.to > segment.from)
}
