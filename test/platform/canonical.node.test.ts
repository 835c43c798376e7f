import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'
import { canonical } from '../../worker/platform/canonical.ts'

test.each([
  [{ b: 1, a: 'x', aa: null, A: true, _: [1, 'two', { d: -0, c: 1e21 }] }],
  [{ 10: 'ten', 9: 'nine', a: 1 }],
  [JSON.parse('{"__proto__":{"b":1,"a":2},"a":1}')],
  [{ '€': 1, '\r': 2, דּ: 3, '1': 4, '😀': 5, ö: 6 }],
  [{ at: new Date(0), gone: undefined, list: [undefined, 1] }],
  [[]],
  ['text "quoted" \u2028'],
  [0.1 + 0.2],
])('the text of %j is that of RFC 8785', (value) => {
  expect(canonical(value)).toBe(canonicalize(value))
})

test('names that together read like others are not taken for them, whichever came first', () => {
  const alike = [
    { b: 1, a: 2 },
    { 'b,a': 3 },
    { b: 4, a: 5 },
    { 'b,a': 6 },
    { '': 7 },
    {},
    { 'b,a': 8, c: 9 },
    { b: 1, a: 2, c: 3 },
  ]
  for (const value of [...alike, ...alike.toReversed()]) expect(canonical(value)).toBe(canonicalize(value))
})

test.each([[{ a: Number.NaN }], [{ a: [Number.POSITIVE_INFINITY] }], [{ a: '\ud800' }], [undefined], [{ a: 1n }]])(
  '%o has no text',
  (value) => {
    expect(() => canonical(value)).toThrow()
  },
)
