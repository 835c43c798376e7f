import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeOf } from '../../cli/api/request.ts'
import { dangerousParts, marked } from '../../cli/commands/approvals/danger.ts'
import { duration, spoken } from '../../cli/commands/duration.ts'
import { runCommand } from '../support/product/command.ts'
import { aDecision, anApi, anApproval, aProblem, idOf } from './api.ts'
import { aFolder } from './world.ts'

const approval = anApproval()
const path = `/approvals/${approval.id}`

test('dangerous parts are marked where they stand, and nothing in a command can pretend to be a mark', () => {
  const reason = { rule: 'r', risk: 'high', matched: '' } as const
  const reasons = [
    { ...reason, start: 5, end: 11 },
    { ...reason, start: 8, end: 16 },
    { ...reason, start: null, end: null },
  ]
  expect(dangerousParts('sudo rm -rf /srv', reasons)).toEqual([{ start: 5, end: 16 }])
  expect(marked('sudo rm -rf /srv', reasons, false)).toBe('sudo ⟦rm -rf /srv⟧')
  expect(marked('a⟧\u001b[2Kb', [], false)).toBe('a?b')
})

test('times are said as people say them', () => {
  expect([duration('90s'), duration('30m'), duration('12h'), duration('30d')]).toEqual([9e4, 18e5, 432e5, 2_592e6])
  for (const text of ['', '5', '-1h', '1w', '0m']) expect(() => duration(text)).toThrow()
  expect([spoken(12), spoken(2_500), spoken(600_000), spoken(86_400_000 * 3), spoken(null)]).toEqual([
    '12 ms',
    '2.5 s',
    '10 min',
    '3 d',
    null,
  ])
})

test('refusals are told apart by the exit code', async () => {
  const codes = [
    'already_decided',
    'stale',
    'expired',
    'own_request',
    'not_eligible',
    'passkey_required',
    'unavailable',
  ]
  expect(codes.map((code) => exitCodeOf({ code }))).toEqual([4, 4, 5, 6, 6, 6, 1])
  expect(exitCodeOf({ code: 'token_expired', status: 401 })).toBe(3)
  const { env } = await anApi({
    [`GET ${path}`]: () => [200, approval],
    [`POST ${path}/approve`]: () => [409, aProblem('already_decided', 409, 'Somebody was faster.')],
  })
  const ran = await runCommand(['approvals', 'approve', approval.id], env)
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([4, '', 'Somebody was faster. (already_decided, request r1)\n'])
})

test('a decision is bound to what was there when it was made', async () => {
  const { env, asked } = await anApi({
    [`GET ${path}`]: () => [200, approval],
    [`POST ${path}/reject`]: () => [200, { ...approval, state: 'decided', decision: aDecision('reject') }],
  })
  const ran = await runCommand(['approvals', 'reject', approval.id, '--reason', 'because'], env)
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  expect(asked.at(-1)?.body).toEqual({ digest: approval.digest, reason: 'because' })
  expect(ran.stdout).toContain('reject by Olga')
})

test('several are decided at once, and the code says what the first failure was', async () => {
  const other = anApproval({ id: idOf('apr', 2), digest: 'b'.repeat(64) })
  const { env, asked } = await anApi({
    [`GET ${path}`]: () => [200, approval],
    [`GET /approvals/${other.id}`]: () => [200, other],
    'POST /approvals/batch': () => [
      200,
      {
        decided: 1,
        failed: 1,
        items: [
          { ok: true, id: approval.id, state: 'decided' },
          { ok: false, id: other.id, code: 'expired', detail: 'Too late.' },
        ],
      },
    ],
  })
  const ran = await runCommand(['approvals', 'approve', approval.id, other.id, approval.id], env)
  expect(ran.code).toBe(5)
  expect(ran.stdout).toContain('Too late.')
  expect(asked.at(-1)?.body).toEqual({
    items: [
      { id: approval.id, outcome: 'allow_once', digest: approval.digest },
      { id: other.id, outcome: 'allow_once', digest: other.digest },
    ],
  })
})

test.each([
  ['allowed', 0, 'allow_once'],
  ['refused', 7, 'reject'],
  ['expired', 5, null],
] as const)(
  'a script that waits for an answer learns by the exit code that it was %s',
  async (_name, exit, outcome) => {
    let looked = 0
    const requested = anApproval({ source: 'api', action: 'deploy', title: 'Deploy' })
    const answered = outcome
      ? { ...requested, state: 'decided', decision: aDecision(outcome) }
      : { ...requested, state: 'expired', stateReason: 'deadline_passed' }
    const { env, asked } = await anApi({
      'POST /approvals': () => [201, requested],
      [`GET ${path}`]: () => [200, looked++ === 0 ? requested : answered],
      [`POST ${path}/confirm`]: () => [200, { ...answered, state: 'confirmed' }],
    })
    const options = ['--action', 'deploy', '--title', 'Deploy', '--command', './deploy', '--argument', 'n=3', '--wait']
    const ran = await runCommand(['approvals', 'request', ...options, '--idempotency-key', 'once'], env)
    expect(ran.code, ran.stderr).toBe(exit)
    expect(asked[0]?.headers['idempotency-key']).toBe('once')
    expect(asked[0]?.body).toMatchObject({ action: 'deploy', command: './deploy', arguments: { n: 3 }, risk: 'medium' })
    const confirmed = asked.find(({ what }) => what.endsWith('/confirm'))
    expect(confirmed?.body ?? null).toEqual(
      exit === 0 ? { action: 'deploy', command: './deploy', arguments: { n: 3 }, cwd: null } : null,
    )
  },
)

test('what does not fit a request is said before anything is asked', async () => {
  const { env, asked } = await anApi({})
  const ran = await runCommand(['approvals', 'request', '--action', 'not a name', '--title', 'x'], env)
  expect([ran.code, asked]).toEqual([2, []])
  expect(ran.stderr).toContain('action')
})

test('allow always without a terminal needs --yes, and shows what it would have covered first', async () => {
  const pattern = {
    source: 'openclaw.exec',
    action: 'exec',
    agentId: null,
    connectorId: null,
    command: null,
    words: { words: [{ exact: 'ls' }, { any: true }], more: false },
    cwd: { path: '/srv', within: true },
    arguments: null,
    riskMax: 'low',
  }
  const coverage = {
    from: approval.requestedAt,
    to: approval.requestedAt,
    scanned: 9,
    covered: 7,
    allowed: 6,
    refused: 1,
    undecided: 0,
  }
  const byRisk = { low: 7, medium: 0, high: 0, critical: 0 }
  const proposal = { label: 'exact', pattern, coverage: { ...coverage, byRisk, sample: [] }, gatewayOffers: false }
  const { env, asked } = await anApi({
    [`GET ${path}`]: () => [200, approval],
    [`GET ${path}/grant-proposals`]: () => [200, { items: [proposal] }],
    [`POST ${path}/approve`]: () => [200, { ...approval, state: 'decided' }],
  })
  const refused = await runCommand(['approvals', 'approve', approval.id, '--always'], env)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('would have covered 7 (6 allowed, 1 refused')
  expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false)
  const options = ['--always', '--yes', '--expires', '12h', '--uses', '3']
  expect((await runCommand(['approvals', 'approve', approval.id, ...options], env)).code).toBe(0)
  expect(asked.at(-1)?.body).toEqual({
    mode: 'always',
    digest: approval.digest,
    grant: { pattern, expiresInMs: 43_200_000, usesMax: 3, atGateway: false },
  })
  expect((await runCommand(['approvals', 'approve', approval.id, '--always', '--yes', '--at-gateway'], env)).code).toBe(
    2,
  )
})

test('rules are imported on the version that was looked at', async () => {
  const file = join(await aFolder(), 'rules.json')
  const rule = { name: 'Free', condition: 'risk == "low"', outcome: { kind: 'allow' } }
  await writeFile(file, JSON.stringify({ format: 'clawbutler.rules/1', rules: [rule] }))
  const difference = { added: [{ id: idOf('rul', 1), name: 'Free', position: 0 }], removed: [], changed: [], moved: [] }
  const { env, asked } = await anApi({
    'POST /approvals/rules/import': ({ headers }) =>
      headers['if-match'] === undefined
        ? [200, { version: 6, saved: false, difference, warnings: [] }]
        : [412, aProblem('precondition_failed', 412)],
  })
  const dry = await runCommand(['rules', 'import', file, '--dry-run'], env)
  expect([dry.code, dry.stdout, asked.length]).toEqual([0, '+ 1. Free\n', 1])
  expect((await runCommand(['rules', 'import', file], env)).code).toBe(2)
  expect((await runCommand(['rules', 'import', file, '--yes'], env)).code).toBe(4)
  expect(asked.at(-1)?.headers['if-match']).toBe('"6"')
  await writeFile(file, '{"format":"clawbutler.rules/1","rules":[{"name":""}]}')
  const wrong = await runCommand(['rules', 'import', file, '--dry-run'], env)
  expect([wrong.code, wrong.stderr.includes('rules.0.name')]).toEqual([2, true])
})
