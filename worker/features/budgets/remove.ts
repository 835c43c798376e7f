import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { changedMeanwhile } from './change.ts'
import { factsOf } from './create.ts'
import { handOverBudgets } from './hand-over.ts'
import { changeBudgetStatement, getBudget, keepVersionStatement } from './store.ts'

/**
 * Removes a budget; what it holds is let go, its versions and what became of it stay. Throws `not_found`, also the second
 * time, and `precondition_failed` when somebody changed it since `seen`.
 */
export const removeBudget = async (ctx: OrganizationContext, id: string, seen: number): Promise<void> => {
  const { budget } = await getBudget(ctx, id)
  if (budget.version !== seen) throw await changedMeanwhile(ctx, id)
  const now = ctx.now().getTime()
  const version = seen + 1
  const [written] = await ctx.db.batch([
    changeBudgetStatement(ctx, id, seen, { removedAt: now, changedAt: now }),
    auditStatement(ctx, 'budget.deleted', { name: budget.name, version }, { ...factsOf(budget), risk: 'high' }),
    keepVersionStatement(ctx, { budgetId: id, version, settings: null, changedAt: now }),
  ])
  if (written.meta.changes === 0) throw await changedMeanwhile(ctx, id)
  await handOverBudgets(ctx)
  await drainSoon(ctx, ctx.organizationId)
}
