import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import { getAgent } from '../agents/index.ts'
import type { Budget, BudgetStanding, ListBudgets } from './contract.ts'
import { standingsOf } from './standing.ts'
import { agentsCovered, getBudget, type JoinedBudget, listBudgetRows } from './store.ts'

const nearMax = 100

/** The budgets of the organization, the oldest first, each with how it stands now. */
export const listBudgets = async (ctx: OrganizationContext, filter: ListBudgets) => {
  if (filter.agentId !== undefined) await getAgent(ctx, filter.agentId)
  const rows = await listBudgetRows(ctx, filter, fromCursor(z.string(), filter.cursor))
  const page = pageOf(rows, filter.limit, ({ budget }) => budget.id)
  return { ...page, items: await viewBudgets(ctx, page.items), dataAsOf: iso(ctx.now().getTime()) }
}

/** Throws `not_found`. */
export const showBudget = async (ctx: OrganizationContext, id: string): Promise<Budget> => {
  const [budget] = await viewBudgets(ctx, [await getBudget(ctx, id)])
  if (!budget) throw new Error('the ledger does not know a budget that was handed over')
  return budget
}

/** Of the budgets that cover an agent those at or over their warning, for its health. */
export const budgetsNearLimit = async (ctx: OrganizationContext, agentId: string) => {
  const rows = await listBudgetRows(ctx, { agentId, limit: nearMax }, undefined)
  const standings = await standingsOf(
    ctx,
    rows.map(({ budget }) => budget),
  )
  return rows.flatMap(({ budget: { id, name } }) => {
    const standing = standings.get(id)
    if (!standing || standing.state === 'ok') return []
    const { spentMicroUsd, allowedMicroUsd } = standing
    return [{ id, name, spentMicroUsd, allowedMicroUsd }]
  })
}

const viewBudgets = async (ctx: OrganizationContext, rows: readonly JoinedBudget[]): Promise<Budget[]> => {
  const [standings, covered] = await Promise.all([
    standingsOf(
      ctx,
      rows.map(({ budget }) => budget),
    ),
    agentsCovered(
      ctx,
      rows.map(({ budget }) => budget.id),
    ),
  ])
  return rows.flatMap((row) => {
    const standing = standings.get(row.budget.id)
    return standing ? [viewBudget(ctx, row, standing, covered.get(row.budget.id) ?? 0)] : []
  })
}

const viewBudget = (
  ctx: OrganizationContext,
  { budget, agent }: JoinedBudget,
  standing: BudgetStanding,
  agents: number,
): Budget => ({
  id: budget.id,
  scope: {
    kind: budget.scopeKind,
    ref: budget.scopeRef,
    name: agent?.displayName ?? agent?.name ?? budget.scopeRef ?? '',
    agents,
  },
  name: budget.name,
  period: budget.period,
  timeZone: budget.timeZone,
  limitMicroUsd: budget.limitMicroUsd,
  currency: 'USD',
  warnPercent: budget.warnPercent,
  onLimit: budget.onLimit,
  raiseMicroUsd: budget.raiseMicroUsd,
  version: budget.version,
  createdAt: iso(budget.createdAt),
  changedAt: iso(budget.changedAt),
  changedBy: { kind: budget.changedByKind, id: budget.changedById, name: budget.changedByName },
  standing,
  dataAsOf: iso(ctx.now().getTime()),
})
