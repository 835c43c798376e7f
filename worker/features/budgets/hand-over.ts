import type { BudgetInForce } from '../../../durable-objects/cost-ledger/rpc.ts'
import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import type { BudgetSettings } from './contract.ts'
import { scopeOf } from './rules.ts'
import type { BudgetRow } from './schema.ts'
import { budgetsToHandOver, handedOver } from './store.ts'

const atOnce = 500

/** Gives the ledger the budgets that changed since it was given them; twice is once, by their versions. */
export const handOverBudgets = async (ctx: OrganizationContext): Promise<void> =>
  handOver(ctx, await budgetsToHandOver(ctx, ctx.organizationId, atOnce))

/** Cron: what a crash between a change and its handing over left behind. */
export const handOverAllBudgets = async (ctx: RequestContext): Promise<void> =>
  handOver(ctx, await budgetsToHandOver(ctx, null, atOnce))

const handOver = async (ctx: RequestContext, rows: readonly BudgetRow[]): Promise<void> => {
  for (const row of rows) {
    await costLedger(ctx.env, row.organizationId).follow(row.organizationId, [inForce(row)])
    await handedOver(ctx, row)
  }
}

const inForce = (row: BudgetRow): BudgetInForce => ({
  id: row.id,
  version: row.version,
  settings: row.removedAt === null ? settingsOf(row) : null,
})

export const settingsOf = (row: BudgetRow): BudgetSettings => ({
  name: row.name,
  scope: scopeOf(row),
  period: row.period,
  timeZone: row.timeZone,
  limitMicroUsd: row.limitMicroUsd,
  warnPercent: row.warnPercent,
  onLimit: row.onLimit,
  raiseMicroUsd: row.raiseMicroUsd,
})
