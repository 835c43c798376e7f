import { env, evictDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BudgetInForce, Usage } from '../../../durable-objects/cost-ledger/rpc.ts'
import type { BudgetScope } from '../../../worker/features/budgets/contract.ts'
import { periodOf } from '../../../worker/features/budgets/period.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { ledgerOf } from '../../support/budgets.ts'

const day = 86_400_000
const scopes: BudgetScope[] = [
  { kind: 'organization' },
  { kind: 'group', group: 'g1' },
  { kind: 'agent', agentId: 'agt_00000000000000000000000001' },
  { kind: 'model', model: 'm1' },
]
const timeZones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Africa/Cairo']

const aRun = (now: number) =>
  fc.record({
    connectorId: fc.constantFrom('con_1', 'con_2'),
    runId: fc.integer({ min: 0, max: 25 }).map((n) => `run-${n}`),
    agentId: fc.constantFrom('agt_00000000000000000000000001', 'agt_00000000000000000000000002', null),
    group: fc.constantFrom('g1', 'g2', null),
    model: fc.constantFrom('m1', 'm2', null),
    at: fc.integer({ min: now - 9 * day, max: now - 1 }),
    inputTokens: fc.integer({ min: 1, max: 1_000 }),
    outputTokens: fc.integer({ min: 0, max: 1_000 }),
    costMicroUsd: fc.option(fc.integer({ min: 0, max: 5_000_000 })),
  })

/** Each run once, by what was told of it: later tellings of the same run are the same, or say nothing of its use. */
const plainSum = (runs: readonly Usage[], scope: BudgetScope, start: number, end: number) => {
  const counted = runs.filter(
    (run) =>
      run.at >= start &&
      run.at < end &&
      (scope.kind === 'organization' ||
        (scope.kind === 'agent' && run.agentId === scope.agentId) ||
        (scope.kind === 'group' && run.group === scope.group) ||
        (scope.kind === 'model' && run.model === scope.model)),
  )
  return {
    spent: counted.reduce((sum, run) => sum + (run.costMicroUsd ?? 0), 0),
    runs: counted.length,
    unpricedRuns: counted.filter((run) => run.costMicroUsd === null).length,
  }
}

test('whatever order, repeats and evictions there are, each counter is the plain sum of its period and scope', async () => {
  const now = Date.now()
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(aRun(now), { selector: ({ connectorId, runId }) => `${connectorId} ${runId}`, maxLength: 40 }),
      fc.array(fc.record({ which: fc.nat(), isEmpty: fc.boolean(), size: fc.integer({ min: 1, max: 9 }) }), {
        maxLength: 60,
      }),
      fc.nat(59),
      fc.constantFrom(...timeZones),
      async (told, repeats, setAt, timeZone) => {
        const runs: Usage[] = told.map((run) => ({ agent: 'main', ...run }))
        const tellings = [...runs]
        for (const { which, isEmpty } of repeats) {
          const run = runs[which % Math.max(1, runs.length)]
          if (run)
            tellings.splice(
              which % (tellings.length + 1),
              0,
              isEmpty ? { ...run, inputTokens: 0, outputTokens: 0, costMicroUsd: null } : run,
            )
        }
        const organizationId = newId('org')
        const ledger = env.COST_LEDGER.get(env.COST_LEDGER.idFromName(organizationId))
        const budgets = scopes.flatMap((scope): BudgetInForce[] =>
          (['day', 'week', 'month'] as const).map((period) => ({
            id: newId('bud'),
            version: 1,
            settings: {
              name: 'x',
              scope,
              period,
              timeZone,
              limitMicroUsd: 1e15,
              warnPercent: 100,
              onLimit: 'warn',
              raiseMicroUsd: null,
            },
          })),
        )
        let sent = 0
        for (let step = 0; sent < tellings.length || step <= setAt; step++) {
          if (step === setAt) await ledger.follow(organizationId, budgets)
          const size = repeats[step]?.size ?? 7
          await ledger.record(organizationId, tellings.slice(sent, sent + size))
          sent += size
          if (step % 5 === 4) await evictDurableObject(ledger)
        }
        const standings = await ledgerOf(organizationId).standings(
          organizationId,
          budgets.map(({ id }) => id),
        )
        for (const [index, { settings }] of budgets.entries()) {
          if (!settings) continue
          const { start, end } = periodOf(settings.period, timeZone, Date.now())
          expect(standings[index]).toMatchObject({ start, end, ...plainSum(runs, settings.scope, start, end) })
        }
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)
