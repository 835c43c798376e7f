import { describe, expect, test } from 'vitest'
import type { HealthBook } from '../../../worker/features/health/book/contract.ts'
import {
  type HealthCause,
  type HealthCauseName,
  healthCauses,
  type RunFigures,
} from '../../../worker/features/health/contract.ts'
import {
  causesByRuns,
  causesBySigns,
  holds,
  isOfflineCause,
  look,
  medianOf,
  thresholds,
} from '../../../worker/features/health/rules.ts'

const errors: HealthCause = { cause: 'errors', failed: 4, runs: 8, windowMinutes: 60 }
const slow: HealthCause = { cause: 'slow', medianMs: 60_000, usualMs: 10_000, runs: 9, windowMinutes: 60 }
const lost: HealthCause = { cause: 'connector_offline', lastSeenAt: null }
const second = 1_000

/** Looks at one moment after the other, in seconds; answers what came out of each. */
const walk = (moments: [at: number, seen: HealthCause[]][], judged: readonly HealthCauseName[] = healthCauses) => {
  let book: HealthBook | null = null
  return moments.map(([at, seen]) => {
    const looked = look(book, seen, judged, at * second)
    book = looked.book
    return `${looked.book.state}:${looked.outcome}${looked.book.isFlapping ? ':flapping' : ''}`
  })
}

describe('damping', () => {
  test('offline counts at once, and is over only after it held', () => {
    expect(
      walk([
        [0, []],
        [1, [lost]],
        [2, []],
        [11, []],
        [12, []],
      ]),
    ).toEqual(['healthy:same', 'offline:tell', 'offline:same', 'offline:same', 'healthy:tell'])
  })

  test('a trouble that does not hold is not told', () => {
    expect(
      walk([
        [0, [errors]],
        [29, [errors]],
        [30, []],
        [31, [errors]],
        [60, [errors]],
      ]),
    ).toEqual(Array(5).fill('healthy:same'))
  })

  test('a trouble that holds is told once, and its end once it held', () => {
    expect(
      walk([
        [0, [errors]],
        [30, [errors]],
        [60, [errors]],
        [70, []],
        [189, []],
        [190, []],
      ]),
    ).toEqual(['healthy:same', 'degraded:tell', 'degraded:same', 'degraded:same', 'degraded:same', 'healthy:tell'])
  })

  test('an end that is interrupted begins anew', () => {
    expect(
      walk([
        [0, [errors]],
        [30, [errors]],
        [40, []],
        [100, [errors]],
        [110, []],
        [200, []],
        [230, []],
      ]),
    ).toEqual(['healthy:same', 'degraded:tell', ...Array(4).fill('degraded:same'), 'healthy:tell'])
  })

  test('another cause is told although the state stays', () => {
    expect(
      walk([
        [0, [errors]],
        [30, [errors, slow]],
        [60, [errors, slow]],
      ]),
    ).toEqual(['healthy:same', 'degraded:tell', 'degraded:tell'])
  })

  test('what is not judged stays as it is, and asks for no look', () => {
    const { book } = look(look(null, [errors], ['errors'], 0).book, [errors], ['errors'], 30 * second)
    const looked = look(book, [], ['connector_offline'], 600 * second)
    expect(looked).toMatchObject({ outcome: 'same', due: null, book: { state: 'degraded' } })
  })

  test('flapping is told when it begins and when it is calm again, nothing between', () => {
    const dropped: [number, HealthCause[]][] = [0, 20, 40, 60].flatMap((at) => [
      [at, [lost]],
      [at + 1, []],
      [at + 11, []],
    ])
    const said = walk([...dropped, [72 + thresholds.flapping.windowMs / second, []]])
    expect(said.filter((each) => each.includes(':tell'))).toEqual([
      'offline:tell',
      'healthy:tell',
      'offline:tell',
      'healthy:tell:flapping',
      'healthy:tell',
    ])
    expect(said.filter((each) => each.includes(':show'))).toHaveLength(4)
  })

  test('says when it has to be looked at again', () => {
    expect(look(null, [], healthCauses, 5).due).toBeNull()
    expect(look(null, [errors], healthCauses, 5).due).toBe(5 + holds('errors').begins)
    const settled = look(look(null, [errors], healthCauses, 0).book, [errors], healthCauses, 30 * second)
    expect(settled.due).toBeNull()
    expect(look(settled.book, [], healthCauses, 40 * second).due).toBe(40 * second + holds('errors').ends)
  })
})

const figures = (given: Partial<RunFigures>): RunFigures => ({
  windowMinutes: 60,
  runs: 0,
  failed: 0,
  medianMs: null,
  usualMs: null,
  ...given,
})
const told = (causes: HealthCause[]) => causes.map(({ cause }) => cause)
const having = (cause: HealthCause): HealthBook =>
  look(look(null, [cause], healthCauses, 0).book, [cause], healthCauses, 30 * second).book

describe('what runs say', () => {
  const cases: [string, Partial<RunFigures>, HealthBook | null, string[]][] = [
    ['no run says nothing', {}, null, []],
    ['two failures of two are too few', { runs: 2, failed: 2 }, null, []],
    ['three of twelve is a quarter', { runs: 12, failed: 3 }, null, ['errors']],
    ['three of thirteen is less', { runs: 13, failed: 3 }, null, []],
    ['which still counts where errors counted before', { runs: 13, failed: 3 }, having(errors), ['errors']],
    ['until it is below 15 %', { runs: 21, failed: 3 }, having(errors), []],
    ['three times the usual, and ten seconds more', { medianMs: 15_000, usualMs: 5_000 }, null, ['slow']],
    ['three times the usual of little', { medianMs: 900, usualMs: 300 }, null, []],
    ['ten seconds more of much', { medianMs: 130_000, usualMs: 120_000 }, null, []],
    ['twice the usual', { medianMs: 24_000, usualMs: 12_000 }, null, []],
    ['which still counts where it was slow before', { medianMs: 24_000, usualMs: 12_000 }, having(slow), ['slow']],
    ['without earlier runs nothing is slow', { medianMs: 600_000, usualMs: null }, null, []],
    ['both at once', { runs: 4, failed: 4, medianMs: 60_000, usualMs: 1_000 }, null, ['errors', 'slow']],
  ]
  test.each(cases)('%s', (_, given, before, expected) => {
    expect(told(causesByRuns(figures(given), before))).toEqual(expected)
  })

  test('the median of an even number is the lower of the two', () => {
    expect([[], [7], [9, 1], [5, 1, 9], [4, 1, 3, 2]].map(medianOf)).toEqual([null, 7, 1, 5, 2])
  })
})

describe('what a gateway says of itself', () => {
  const now = 10_000_000
  const signs = { isConnected: true, detail: null, connectedAt: now, heardAt: now, restartedAt: [], issues: null }
  const minute = 60_000
  const cases: [string, Partial<Parameters<typeof causesBySigns>[0]>, string[]][] = [
    ['connected and heard', {}, []],
    [
      'away, whatever else was known',
      { isConnected: false, issues: [], restartedAt: [now, now, now, now] },
      ['gateway_away'],
    ],
    ['three restarts are none too many', { restartedAt: [now, now - 1, now - 2] }, []],
    ['four within ten minutes', { restartedAt: [now, now - 1, now - 2, now - 9 * minute] }, ['restart_loop']],
    ['four within eleven', { restartedAt: [now, now - 1, now - 2, now - 11 * minute] }, []],
    ['an invalid configuration', { issues: [{ path: 'agents', message: 'no' }] }, ['config_invalid']],
    ['silent for a quarter of an hour', { connectedAt: now - 20 * minute, heardAt: now - 15 * minute }, ['stale']],
    ['silent, and connected anew since', { connectedAt: now - minute, heardAt: now - 40 * minute }, []],
    ['never heard, nor known to be connected', { connectedAt: null, heardAt: null }, []],
  ]
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(causesBySigns({ ...signs, ...given }, now))).toEqual(expected)
  })

  test('each cause is either offline or degraded, and holds for a stated time', () => {
    expect(healthCauses.filter(isOfflineCause)).toEqual([
      'gateway_away',
      'connector_offline',
      'connector_paused',
      'never_connected',
      'removed',
    ])
    for (const cause of healthCauses) expect(holds(cause).ends).toBeGreaterThan(0)
  })
})
