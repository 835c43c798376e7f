import { expect, test } from 'vitest'
import { segmentsOf } from '../../web/features/health/segments.ts'
import type { HealthChange } from '../../worker/features/health/contract.ts'

const change = (second: number, state: HealthChange['state']): HealthChange => ({
  at: new Date(second * 1000).toISOString(),
  state,
  causes: state === 'offline' ? [{ cause: 'connector_paused' }] : [],
  isFlapping: false,
  of: 'connector',
})
const drawn = (history: HealthChange[], [from, to, bornAt]: [number, number, number]) =>
  segmentsOf(history, { from: from * 1000, to: to * 1000, bornAt: bornAt * 1000 }).map(
    (each) => `${each.from / 1000}-${each.to / 1000} ${each.state}`,
  )

test('a history is drawn without gap or overlap, and nothing before it began', () => {
  const history = [change(80, 'healthy'), change(50, 'offline')]
  expect(drawn(history, [0, 100, 20])).toEqual(['20-50 healthy', '50-80 offline', '80-100 healthy'])
  expect(drawn(history, [60, 100, 0])).toEqual(['60-80 offline', '80-100 healthy'])
  expect(drawn([], [0, 100, 0])).toEqual(['0-100 healthy'])
  expect(drawn([], [0, 100, 100])).toEqual([])
})

test('changes of one moment leave the last of them', () => {
  expect(drawn([change(50, 'healthy'), change(50, 'offline')], [0, 100, 0])).toEqual(['0-50 healthy', '50-100 healthy'])
})
