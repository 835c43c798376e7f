import { env, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { CostLedger } from '../../../durable-objects/cost-ledger/cost-ledger.ts'
import type { BudgetInForce } from '../../../durable-objects/cost-ledger/rpc.ts'
import { daysStatement } from '../../../worker/features/cost/store.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aUsage } from '../../support/budgets.ts'
import { anOrganization } from '../../support/organizations.ts'

/** What `docs/operate/cost-rows.md` says: whoever makes a run dearer, changes it there. */

const aBudget = (): BudgetInForce => ({
  id: newId('bud'),
  version: 1,
  settings: {
    name: 'x',
    scope: { kind: 'organization' },
    period: 'month',
    timeZone: 'UTC',
    limitMicroUsd: 1e15,
    warnPercent: 80,
    onLimit: 'warn',
    raiseMicroUsd: null,
  },
})

/** Rows that SQLite says a step wrote, and by how much the ledger grew. */
const costOf = (organizationId: string, step: (ledger: CostLedger) => Promise<unknown>) =>
  runInDurableObject(
    env.COST_LEDGER.get(env.COST_LEDGER.idFromName(organizationId)),
    async (ledger: CostLedger, { storage }) => {
      const { sql } = storage
      const exec = sql.exec.bind(sql)
      const cursors: { rowsWritten: number }[] = []
      const before = sql.databaseSize
      sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec<T>(query, ...bindings)
        if (!query.includes('alarms')) cursors.push(cursor)
        return cursor
      }
      try {
        await step(ledger)
      } finally {
        sql.exec = exec
      }
      return {
        rows: cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
        bytes: sql.databaseSize - before,
      }
    },
  )

test('a run costs five rows in the ledger, and one more for each budget that counts it', async () => {
  const rowsOfRun = async (budgets: number) => {
    const organizationId = newId('org')
    await costOf(organizationId, (ledger) => ledger.follow(organizationId, Array.from({ length: budgets }, aBudget)))
    await costOf(organizationId, (ledger) => ledger.record(organizationId, [aUsage({ agentId: newId('agt') })]))
    return (
      await costOf(organizationId, (ledger) => ledger.record(organizationId, [aUsage({ agentId: newId('agt') })]))
    ).rows
  }
  expect([await rowsOfRun(0), await rowsOfRun(1), await rowsOfRun(4)]).toEqual([5, 6, 9])
})

test('told again it writes nothing', async () => {
  const organizationId = newId('org')
  const usage = aUsage()
  await costOf(organizationId, (ledger) => ledger.record(organizationId, [usage]))
  expect((await costOf(organizationId, (ledger) => ledger.record(organizationId, [usage]))).rows).toBe(0)
})

test('a thousand runs take less than 320 bytes each, and their day one row of D1', async () => {
  const { ctx, organizationId } = await anOrganization()
  const runs = Array.from({ length: 1_000 }, () => aUsage({ runId: crypto.randomUUID(), agentId: newId('agt') }))
  const { bytes } = await costOf(organizationId, (ledger) => ledger.record(organizationId, runs))
  expect(bytes / 1_000).toBeLessThan(320)
  const row = { day: '2026-11-21', connectorId: 'con_x', agent: 'main', model: '', runs: 1, unpricedRuns: 0 }
  const sums = { inputTokens: 1, outputTokens: 1, costMicroUsd: 1 }
  const written = async (revision: number) =>
    (await daysStatement({ ...ctx, db: databaseOf(env) }, organizationId, [{ ...row, ...sums, revision }])).meta
      .rows_written
  expect([await written(1), await written(2), await written(2)]).toEqual([2, 1, 0])
})
