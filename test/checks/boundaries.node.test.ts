import { expect, test } from 'vitest'
import { bareLimits, broken, importsOf, rings } from './boundaries.ts'

const planted: [from: string, to: string, rule: string][] = [
  ['web/api.ts', 'worker/features/agents/list.ts', 'web and cli see contracts only'],
  ['cli/link/link.ts', 'durable-objects/audit-log/rpc.ts', 'web and cli see contracts only'],
  ['worker/features/agents/contract.ts', 'drizzle-orm', 'a contract is only zod'],
  ['worker/features/agents/rules.ts', 'worker/platform/ids.ts', 'rules are pure'],
  ['worker/features/agents/list.ts', 'drizzle-orm', 'only stores speak SQL'],
  ['worker/features/agents/list.ts', 'hono', 'only adapters speak Hono'],
  ['worker/features/agents/list.ts', 'worker/features/approvals/decide.ts', 'features meet at their index'],
  ['worker/features/agents/store.ts', 'worker/features/approvals/decide.ts', 'stores join tables only'],
  ['worker/platform/ids.ts', 'worker/features/agents/index.ts', 'the platform knows no feature'],
  ['worker/features/audit/list.ts', 'durable-objects/audit-log/audit-log.ts', 'objects are reached by their stub'],
  ['durable-objects/audit-log/audit-log.ts', 'worker/features/agents/store.ts', 'objects call verbs'],
  ['tlog/merkle.ts', 'worker/platform/ids.ts', 'the transparency log knows nothing of the product'],
  ['cbpkg/read.ts', 'worker/platform/ids.ts', 'a package is a format and knows nothing of the product'],
  ['cli/artifacts/plan.ts', 'worker/features/snapshots/versions/list.ts', 'web and cli see contracts only'],
  ['worker/app.ts', 'test/support/organizations.ts', 'nothing imports tests'],
]

test.each(planted)('%s must not import %s', (from, to, rule) => {
  expect(broken(from, to)).toContain(rule)
})

test('what the house allows is allowed', () => {
  const allowed: [string, string][] = [
    ['web/api.ts', 'worker/features/agents/contract.ts'],
    ['worker/features/agents/store.ts', 'worker/features/connectors/schema.ts'],
    ['worker/features/approvals/decide.ts', 'durable-objects/connector-session/stub.ts'],
    ['worker/features/agents/routes.ts', '@hono/zod-openapi'],
    ['durable-objects/connector-session/receive.ts', 'worker/features/agents/index.ts'],
    ['cli/artifacts/plan.ts', 'worker/features/snapshots/diff/index.ts'],
    ['cli/artifacts/redact/spans.ts', 'worker/features/masking/detect/index.ts'],
    ['web/features/artifacts/open/open.ts', 'cbpkg/read.ts'],
  ]
  expect(allowed.filter(([from, to]) => broken(from, to).length > 0)).toEqual([])
})

test('imports of every form are seen', () => {
  const source =
    "import a from './a.ts'\nimport type { B } from './b.ts'\nexport { c } from './c.ts'\nawait import('./d.ts')"
  expect(importsOf('web/x.ts', source).sort()).toEqual(['web/a.ts', 'web/b.ts', 'web/c.ts', 'web/d.ts'])
})

test('a statement of an object that binds a bare limit is found, and no other', () => {
  const path = 'durable-objects/audit-log/store.ts'
  for (const bare of ['LIMIT ?', 'limit ?2', 'LIMIT 5 OFFSET ?', 'LIMIT  :most'])
    for (const source of [`\nsql.exec('${bare}')`, `\nsql.exec(\`\${columns} ${bare}\`)`])
      expect([source, bareLimits(path, source)]).toEqual([source, [2]])
  const spared = ["exec('LIMIT (? + 0)')", "exec('LIMIT 100')", `exec(\`LIMIT \${most}\`)`, 'found > limit ? 1 : 2']
  for (const source of spared) expect([source, bareLimits(path, source)]).toEqual([source, []])
  expect(bareLimits('worker/features/audit/store.ts', "exec('LIMIT ?')")).toEqual([])
})

test('a ring is found and a tree is not', () => {
  expect(
    rings(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['a']],
      ]),
    ),
  ).toEqual([['a', 'b', 'c', 'a']])
  expect(
    rings(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
      ]),
    ),
  ).toEqual([])
})
