import { expect, test } from 'vitest'
import { differenceOf, isSame } from '../../../worker/features/rules/difference.ts'
import { aRule } from './rules-of.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => aRule('true', { name }))
if (!a || !b || !c || !d) throw new Error('four rules')

test('a list does not differ from itself', () => {
  expect(isSame(differenceOf([a, b, c], [a, b, c]))).toBe(true)
})

test('of a rule that was put elsewhere only that one has moved', () => {
  expect(differenceOf([a, b, c, d], [d, a, b, c]).moved).toEqual([{ id: d.id, name: 'd', from: 3, to: 0 }])
  expect(differenceOf([a, b, c, d], [b, c, a, d]).moved).toEqual([{ id: a.id, name: 'a', from: 0, to: 2 }])
})

test('rules that only shift because others come and go have not moved', () => {
  const { added, removed, moved } = differenceOf([a, b, c], [d, b, c])
  expect([added, removed, moved]).toEqual([
    [{ id: d.id, name: 'd', position: 0 }],
    [{ id: a.id, name: 'a', position: 0 }],
    [],
  ])
})

test('a changed rule is told field by field', () => {
  const changed = { ...b, enabled: false, outcome: { kind: 'refuse' as const, reason: 'x' } }
  expect(differenceOf([a, b], [a, changed]).changed).toEqual([
    {
      ...{ id: b.id, name: 'b' },
      fields: [
        { field: 'enabled', from: true, to: false },
        { field: 'outcome', from: { kind: 'allow' }, to: { kind: 'refuse', reason: 'x' } },
      ],
    },
  ])
})

test('a list that names a rule twice is compared all the same', () => {
  const { added, removed, moved } = differenceOf([a, b], [b, b, a, a])
  expect([added, removed]).toEqual([[], []])
  expect(moved.map(({ id }) => id)).toEqual([b.id, b.id])
})
