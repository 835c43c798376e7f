import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { getAgent } from '../agents/index.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Budget, BudgetScope, CreateBudget } from './contract.ts'
import { handOverBudgets, settingsOf } from './hand-over.ts'
import { showBudget } from './list.ts'
import { refOf } from './rules.ts'
import type { BudgetRow } from './schema.ts'
import { countBudgets, insertBudgetStatement, keepVersionStatement } from './store.ts'

/** Each run is held against every budget of its organization. */
const budgetsMax = 500

/**
 * Sets a budget. What was spent in the present period before counts: one that is used up from the beginning is crossed
 * at once. Throws `not_found` for an agent of nobody here, `conflict` beyond 500 budgets.
 */
export const createBudget = async (ctx: OrganizationContext, { scope, ...wanted }: CreateBudget): Promise<Budget> => {
  await refuseForeign(ctx, scope)
  if ((await countBudgets(ctx)) >= budgetsMax)
    throw new AppError('conflict', `An organization may have ${budgetsMax} budgets.`)
  const now = ctx.now().getTime()
  const row: BudgetRow = {
    ...wanted,
    id: ctx.newId('bud'),
    organizationId: ctx.organizationId,
    scopeKind: scope.kind,
    scopeRef: refOf(scope),
    version: 1,
    handedVersion: 0,
    createdAt: now,
    changedAt: now,
    changedByKind: ctx.actor.kind,
    changedById: ctx.actor.id,
    changedByName: ctx.actorName,
    removedAt: null,
  }
  await ctx.db.batch([
    insertBudgetStatement(ctx, row),
    auditStatement(ctx, 'budget.created', toldOf(row), { ...factsOf(row), risk: 'medium' }),
    keepVersionStatement(ctx, { budgetId: row.id, version: 1, settings: settingsOf(row), changedAt: now }),
  ])
  // Committed. A crash before the ledger hears of it leaves that to cron, and to whoever reads the budget.
  await handOverBudgets(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return showBudget(ctx, row.id)
}

const refuseForeign = async (ctx: OrganizationContext, scope: BudgetScope): Promise<void> => {
  if (scope.kind === 'agent') await getAgent(ctx, scope.agentId)
}

/** What events tell of a budget. */
export const toldOf = (row: BudgetRow) => ({
  name: row.name,
  scope: row.scopeKind,
  ref: row.scopeRef,
  period: row.period,
  timeZone: row.timeZone,
  limitMicroUsd: row.limitMicroUsd,
  warnPercent: row.warnPercent,
  onLimit: row.onLimit,
  version: row.version,
})

export const factsOf = ({ id, scopeKind, scopeRef }: BudgetRow) => ({
  target: id,
  agentId: scopeKind === 'agent' ? scopeRef : null,
})
