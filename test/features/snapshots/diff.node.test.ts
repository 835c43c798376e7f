import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyDiff, semanticDiff } from '../../../worker/features/snapshots/diff/index.ts'
import { withoutSecrets } from '../../../worker/features/snapshots/diff/secrets.ts'
import { textOf } from '../../../worker/features/snapshots/diff/trees.ts'

const names = ['a', 'b', 'id', 'name', 'deny', 'tools', 'models', '__proto__', 'constructor', '']
const secretNames = ['token', 'env', 'apiKey']

/** Trees whose names meet often, so that most pairs of them have something in common. */
const aTree = (some: string[]) => {
  const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
    tree: fc.dictionary(fc.constantFrom(...some), tie('value'), { maxKeys: 5, noNullPrototype: true }),
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(null, true, 0, 1.5, '', 'x', 'one\ntwo\nthree', '__OPENCLAW_REDACTED__'),
      tie('tree'),
      fc.array(fc.oneof(fc.constantFrom(1, 'p', 'q', 'r', 'x#2'), tie('tree')), { maxLength: 6 }),
    ),
  }))
  return tree
}
const shown = (tree: Record<string, unknown>) => withoutSecrets(tree, false)

test('changes applied to what was there give what came', () => {
  fc.assert(
    fc.property(aTree(names), aTree(names), (a, b) => {
      const kept = structuredClone(a)
      expect(textOf(applyDiff(a, semanticDiff(a, b)))).toBe(textOf(b))
      expect(textOf(a)).toBe(textOf(kept))
    }),
    { numRuns: 300 },
  )
})

test('of secrets the changes give everything but what they are', () => {
  const some = [...names, ...secretNames]
  fc.assert(
    fc.property(aTree(some), aTree(some), (a, b) => {
      expect(textOf(shown(applyDiff(a, semanticDiff(a, b))))).toBe(textOf(shown(b)))
    }),
    { numRuns: 200 },
  )
})

test('nothing differs from itself, whatever the order of names', () => {
  fc.assert(
    fc.property(aTree([...names, ...secretNames]), (a) => {
      const turned = Object.fromEntries(Object.entries(a).reverse())
      expect(semanticDiff(a, turned)).toEqual({ changes: [], risk: null })
    }),
  )
})

test('a list in another order is told by moves alone, and by no more than needed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1 }), fc.nat(), (list, place) => {
      const [first, ...rest] = list
      const turned = rest.toSpliced(place % list.length, 0, first ?? 0)
      const { changes } = semanticDiff({ list }, { list: turned })
      expect(changes.length).toBeLessThanOrEqual(1)
      expect(changes.every(({ kind }) => kind === 'moved')).toBe(true)
    }),
  )
})

const of = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  semanticDiff(before, after).changes.map(({ path, kind, category, risk, rule }) => [path, kind, category, risk, rule])

test('items are matched by id or name, and one that changes on its way is both moved and changed', () => {
  const before = {
    hooks: [
      { id: 'one', on: true },
      { id: 'two', on: true },
      { id: 'three', on: true },
    ],
  }
  const after = { hooks: [{ id: 'three', on: false }, { id: 'one', on: true }, { name: 'four' }] }
  expect(of(before, after).map(([path, kind]) => [path, kind])).toEqual([
    ['hooks[two]', 'removed'],
    ['hooks[four]', 'added'],
    ['hooks[three]', 'moved'],
    ['hooks[three].on', 'changed'],
  ])
})

test.each([
  [
    { tools: { deny: ['exec'] } },
    { tools: { deny: [] } },
    ['tools.deny[exec]', 'removed', 'tools', 'high', 'tools_widened'],
  ],
  [
    { tools: { deny: [] } },
    { tools: { deny: ['exec'] } },
    ['tools.deny[exec]', 'added', 'tools', 'medium', 'tools_narrowed'],
  ],
  [
    { tools: { allow: ['read'] } },
    { tools: { allow: ['read', 'exec'] } },
    ['tools.allow[exec]', 'added', 'tools', 'high', 'tools_widened'],
  ],
  [{}, { tools: { allow: ['read'] } }, ['tools.allow', 'added', 'tools', 'high', 'tools_changed']],
  [
    { tools: { deny: ['a', 'b'] } },
    { tools: { deny: ['b', 'a'] } },
    ['tools.deny[b]', 'moved', 'tools', 'low', 'order'],
  ],
  [
    {},
    { tools: { exec: { security: 'full' } } },
    ['tools.exec.security', 'added', 'permissions', 'critical', 'permission'],
  ],
  [{ sandbox: { mode: 'all' } }, {}, ['sandbox.mode', 'removed', 'permissions', 'critical', 'permission']],
  [
    { params: { apiKey: 'one' } },
    { params: { apiKey: 'two' } },
    ['params.apiKey', 'changed', 'secrets', 'critical', 'secret'],
  ],
  [{ model: 'a/b' }, { model: 'a/c' }, ['model', 'changed', 'model', 'high', 'model']],
  [
    { thinkingDefault: 'low' },
    { thinkingDefault: 'high' },
    ['thinkingDefault', 'changed', 'model', 'medium', 'model_tuning'],
  ],
  [{ skills: ['one'] }, {}, ['skills', 'removed', 'skills', 'high', 'skills_widened']],
  [{}, { heartbeat: { every: '5m' } }, ['heartbeat.every', 'added', 'schedule', 'medium', 'schedule']],
  [
    { identity: { emoji: 'x' } },
    { identity: { emoji: 'y' } },
    ['identity.emoji', 'changed', 'identity', 'low', 'identity'],
  ],
  [{}, { workspace: '/' }, ['workspace', 'added', 'files', 'high', 'workspace']],
  [{}, { madeUp: 1 }, ['madeUp', 'added', 'other', 'medium', 'other']],
])('%j to %j is judged by its rule', (before, after, expected) => {
  expect(of(before, after)).toEqual([expected])
})

test('the worst change decides, and stands first', () => {
  const diff = semanticDiff({ name: 'a', model: 'x/y' }, { name: 'b', model: 'x/z', sandbox: { mode: 'off' } })
  expect(diff.risk).toBe('critical')
  expect(diff.changes.map(({ category }) => category)).toEqual(['permissions', 'model', 'identity'])
})

test('a secret is told to differ and never shown, wherever it stands', () => {
  const before = {
    env: { WORD: 'hush-1' },
    list: [{ id: 'x', token: 'hush-2' }],
    headers: ['hush-3'],
    password: 'hush-4',
  }
  const after = {
    env: { WORD: 'hush-5', MORE: ['hush-6'] },
    list: [{ id: 'x', token: 'hush-7' }],
    headers: [],
    secrets: { a: { b: 'hush-8' } },
  }
  const diff = semanticDiff(before, after)
  expect(JSON.stringify(diff)).not.toContain('hush')
  expect(diff.changes.every(({ secret, risk }) => secret && risk === 'critical')).toBe(true)
  expect(diff.changes.map(({ path }) => path)).toContain('list[x].token')
})

test('files are told line by line, and those before the model are risky', () => {
  const before = { 'AGENTS.md': 'one\ntwo\nthree\n', 'notes.md': 'a' }
  const { changes } = semanticDiff(before, { 'AGENTS.md': 'one\n2\nthree\n', 'notes.md': 'b' }, 'workspace_bundle')
  expect(changes.map(({ path, rule, hunks }) => ({ path, rule, lines: hunks?.[0]?.lines ?? null }))).toEqual([
    { path: 'AGENTS.md', rule: 'instructions', lines: [' one', '-two', '+2', ' three'] },
    { path: 'notes.md', rule: 'file', lines: null },
  ])
})

test.each([
  ['tools.exec', { tools: { exec: { mode: 'full' } } }, 'permissions', 'critical'],
  ['tools.profile', { tools: { profile: 'full' } }, 'tools', 'high'],
  ['agents.defaults.sandbox', { agents: { defaults: { sandbox: { mode: 'off' } } } }, 'permissions', 'critical'],
  ['agents.defaults.model', { agents: { defaults: { model: 'a/b' } } }, 'model', 'high'],
  ['agents.defaults.heartbeat', { agents: { defaults: { heartbeat: { every: '1h' } } } }, 'schedule', 'medium'],
  ['agents.defaults.workspace', { agents: { defaults: { workspace: '/srv' } } }, 'files', 'high'],
  ['agents.defaults.name', { agents: { defaults: { humanDelay: 'on' } } }, 'identity', 'low'],
  ['channels', { channels: { telegram: { enabled: true } } }, 'channels', 'medium'],
  ['channels allow', { channels: { telegram: { allowFrom: ['*'] } } }, 'permissions', 'critical'],
  ['channels tools', { channels: { telegram: { groups: { g: { tools: { deny: ['exec'] } } } } } }, 'tools', 'medium'],
  ['gateway', { gateway: { bind: 'lan' } }, 'permissions', 'critical'],
  ['secret', { channels: { telegram: { botToken: 'x' } } }, 'secrets', 'critical'],
  ['models', { models: { providers: { a: { api: 'b' } } } }, 'model', 'high'],
  ['plugins', { plugins: { entries: { pets: { enabled: true } } } }, 'tools', 'high'],
  ['cron', { cron: { enabled: false } }, 'schedule', 'medium'],
  ['session', { session: { mainKey: 'main' } }, 'other', 'medium'],
])('of what all agents share %s is judged by what it is', (_name, after, category, risk) => {
  expect(semanticDiff({}, after, 'gateway_config').changes).toMatchObject([{ category, risk }])
})
