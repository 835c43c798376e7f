import { expect, test } from 'vitest'
import { dollars, microUsd, priceOf } from '../../cli/commands/budgets/money.ts'
import { Budget, OverriddenBudget } from '../../worker/features/budgets/contract.ts'
import { CostByAgent } from '../../worker/features/cost/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { anApi } from './api.ts'

const id = 'bud_00000000000000000000000001'
const at = '2026-11-21T00:00:00.000Z'
const aBudget = (state: 'closed' | 'open' = 'closed') =>
  Budget.parse({
    id,
    scope: { kind: 'model', ref: 'a/b', name: 'a/b', agents: 3 },
    name: 'Night \u001b[2J',
    period: 'week',
    timeZone: 'Asia/Shanghai',
    limitMicroUsd: 10_000_000,
    currency: 'USD',
    warnPercent: 80,
    onLimit: 'stop',
    raiseMicroUsd: null,
    version: 7,
    createdAt: at,
    changedAt: at,
    changedBy: { kind: 'member', id: 'usr_1', name: 'Lin' },
    standing: {
      start: at,
      end: at,
      spentMicroUsd: 9_500_001,
      allowedMicroUsd: 10_000_000,
      addedMicroUsd: 0,
      warnAtMicroUsd: 8_000_000,
      runs: 4,
      unpricedRuns: 2,
      state: 'warned',
      breaker: { state, since: null, orderIds: [], approvalIds: [] },
      openRuns: 2,
      overshootEstimateMicroUsd: null,
    },
    dataAsOf: at,
  })

test('amounts are exact in both directions, and what is none is refused', () => {
  const amounts = ['12.5', '$0.000001', '999999999.999999', '7', '0.1']
  expect(amounts.map(microUsd)).toEqual([12_500_000, 1, 999_999_999_999_999, 7_000_000, 100_000])
  expect(amounts.map((text) => dollars(microUsd(text)))).toEqual([
    '$12.50',
    '$0.000001',
    '$999999999.999999',
    '$7.00',
    '$0.10',
  ])
  for (const text of ['0', '-1', '1e3', '1,5', '0.0000001', '', 'ten']) expect(() => microUsd(text)).toThrow()
  expect(priceOf({ costMicroUsd: null, unpricedRuns: 2 })).toBe('not priced')
  expect(priceOf({ costMicroUsd: 0, unpricedRuns: 2 })).toBe('$0.00 + 2 runs not priced')
})

test('budgets are listed and shown with how they stand and by how much they may be passed', async () => {
  const { env } = await anApi({
    'GET /budgets': () => [200, { items: [aBudget('open')], nextCursor: null, dataAsOf: at }],
    [`GET /budgets/${id}`]: () => [200, aBudget()],
  })
  const [listed, shown] = await Promise.all([
    runCommand(['budgets', 'list'], env),
    runCommand(['budgets', 'show', id], env),
  ])
  expect(listed.stdout).toMatch(/model a\/b\s+week\s+\$9\.500001 of \$10\.00, 2 runs not priced\s+STOPPED\s+stop/)
  expect(shown.stdout).toContain('nobody knows how much, by 2 runs that are going on')
  expect(listed.stdout + shown.stdout).not.toContain('\u001b')
})

test('a budget is set and changed by what is named, on the version that was seen', async () => {
  const { env, asked } = await anApi({
    'POST /budgets': () => [201, aBudget()],
    [`GET /budgets/${id}`]: () => [200, aBudget()],
    [`PATCH /budgets/${id}`]: () => [200, aBudget()],
    [`POST /budgets/${id}/override`]: () => [
      202,
      OverriddenBudget.parse({ state: 'waiting', approvalId: 'apr_00000000000000000000000001', budget: aBudget() }),
    ],
    [`POST /budgets/${id}/reset`]: () => [200, aBudget()],
  })
  const run = (...args: string[]) => runCommand(['budgets', ...args], env)
  const set = ['--limit', '12.50', '--scope', 'model:a/b', '--period', 'day', '--on-limit', 'ask', '--raise', '1']
  const codes = [
    (await run('create', 'Night', ...set)).code,
    (await run('update', id, '--limit', '20', '--json')).code,
    (await run('override', id, '5', '--reason', 'busy')).code,
    (await run('reset', id, '--reason', 'looked into')).code,
  ]
  expect(codes).toEqual([0, 0, 0, 0])
  expect((await run('create', 'Night')).code).not.toBe(0)
  expect((await run('update', id)).code).not.toBe(0)
  expect(asked.filter(({ what }) => !what.startsWith('GET')).map(({ what, body }) => [what, body])).toEqual([
    [
      'POST /budgets',
      {
        name: 'Night',
        scope: { kind: 'model', model: 'a/b' },
        period: 'day',
        limitMicroUsd: 12_500_000,
        onLimit: 'ask',
        raiseMicroUsd: 1_000_000,
      },
    ],
    [`PATCH /budgets/${id}`, { limitMicroUsd: 20_000_000 }],
    [`POST /budgets/${id}/override`, { amountMicroUsd: 5_000_000, reason: 'busy' }],
    [`POST /budgets/${id}/reset`, { reason: 'looked into' }],
  ])
})

test('costs are listed over as many pages as are asked for', async () => {
  const sums = { runs: 1, unpricedRuns: 1, inputTokens: 1, outputTokens: 1, costMicroUsd: null }
  const page = (name: string, nextCursor: string | null) =>
    CostByAgent.parse({
      items: [{ agentId: null, externalId: name, name, connectorId: 'con_00000000000000000000000001', ...sums }],
      nextCursor,
      from: '2026-11-01',
      to: '2026-11-21',
      timeZone: 'UTC',
      currency: 'USD',
      dataAsOf: at,
    })
  const pages = [page('scout', 'more'), page('main', null)]
  const { env } = await anApi({ 'GET /cost/by-agent': () => [200, pages.shift()] })
  const { stdout, stderr } = await runCommand(['cost', 'by-agent', '--from', '2026-11-01'], env)
  expect(stdout).toMatch(/scout[^\n]*not priced\nmain[^\n]*not priced/)
  expect(stderr).toContain('2026-11-01 to 2026-11-21 (UTC)')
})
