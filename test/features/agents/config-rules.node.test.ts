import { expect, test } from 'vitest'
import {
  collisionsOf,
  differencesOf,
  patched,
  replacedLists,
  secretsIn,
} from '../../../worker/features/agents/config/rules.ts'

/** Appendix A of RFC 7386, as it stands there. */
test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])('%s patched with %s is %s', (before, patch, after) => {
  expect(patched(JSON.parse(before), JSON.parse(patch))).toEqual(JSON.parse(after))
})

test('a name that every object has is a name like others', () => {
  const after = patched({}, JSON.parse('{"__proto__":{"polluted":true}}'))
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  expect(JSON.stringify(after)).toBe('{"__proto__":{"polluted":true}}')
})

test('differences are told at the single value, a list as one', () => {
  const before = { tools: { deny: ['a', 'b'], profile: 'full' }, name: 'x', same: { a: 1, b: 2 } }
  const after = { tools: { deny: ['a'], exec: {} }, name: { first: 'x' }, same: { b: 2, a: 1 } }
  expect(differencesOf(before, after).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'changed name',
    'changed tools.deny',
    'added tools.exec',
    'removed tools.profile',
  ])
  expect(differencesOf(before, before)).toEqual([])
})

test('two changes collide where one lies at or below the other', () => {
  const at = (...paths: string[]) => paths.map((path) => ({ path, kind: 'changed' as const, before: 1, after: 2 }))
  expect(collisionsOf(at('tools.deny', 'name'), at('tools.denied', 'model'))).toEqual([])
  expect(collisionsOf(at('tools.deny', 'name'), at('tools', 'model'))).toEqual(['tools.deny'])
  expect(collisionsOf(at('tools'), at('tools.exec.host'))).toEqual(['tools'])
})

test('lists that lose an item are named, also those that go with what held them', () => {
  const before = { deny: ['a', 'b'], kept: ['a'], gone: { list: [1] } }
  expect(replacedLists(before, { deny: ['a'], kept: ['b', 'a'] })).toEqual(['deny', 'gone.list'])
})

test('a secret is set from nowhere but the machine, and may be taken away', () => {
  const differences = differencesOf(
    { a: { apiKey: 'x' }, maxTokens: 1 },
    { b: { token: 'y' }, list: [{ password: 'z' }], maxTokens: 2, c: '__OPENCLAW_REDACTED__' },
  )
  expect(secretsIn(differences)).toEqual(['b.token', 'c', 'list'])
})
