import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Budget, ChangeBudget } from './contract.ts'
import { factsOf, toldOf } from './create.ts'
import { handOverBudgets, settingsOf } from './hand-over.ts'
import { showBudget } from './list.ts'
import type { BudgetRow } from './schema.ts'
import { changeBudgetStatement, getBudget, keepVersionStatement } from './store.ts'

const fields = ['name', 'period', 'timeZone', 'limitMicroUsd', 'warnPercent', 'onLimit', 'raiseMicroUsd'] as const

/**
 * Changes a budget. More allowed than is spent lets go what it holds; less than is spent is crossed at once; another
 * period or time zone counts its present period anew. Nothing new is no version. Throws `not_found`, and
 * `precondition_failed` with the present budget when somebody changed it since `seen`.
 */
export const changeBudget = async (
  ctx: OrganizationContext,
  id: string,
  seen: number,
  wanted: ChangeBudget,
): Promise<Budget> => {
  const { budget: before } = await getBudget(ctx, id)
  if (before.version !== seen) throw await changedMeanwhile(ctx, id)
  const changed = fields.filter((field) => wanted[field] !== undefined && wanted[field] !== before[field])
  if (changed.length === 0) return showBudget(ctx, id)
  const now = ctx.now().getTime()
  const change = {
    name: wanted.name ?? before.name,
    period: wanted.period ?? before.period,
    timeZone: wanted.timeZone ?? before.timeZone,
    limitMicroUsd: wanted.limitMicroUsd ?? before.limitMicroUsd,
    warnPercent: wanted.warnPercent ?? before.warnPercent,
    onLimit: wanted.onLimit ?? before.onLimit,
    raiseMicroUsd: wanted.raiseMicroUsd === undefined ? before.raiseMicroUsd : wanted.raiseMicroUsd,
    changedAt: now,
    changedByKind: ctx.actor.kind,
    changedById: ctx.actor.id,
    changedByName: ctx.actorName,
  }
  const after: BudgetRow = { ...before, ...change, version: seen + 1 }
  const [written] = await ctx.db.batch([
    changeBudgetStatement(ctx, id, seen, change),
    auditStatement(
      ctx,
      'budget.updated',
      { ...toldOf(after), fields: changed },
      { ...factsOf(after), risk: after.limitMicroUsd > before.limitMicroUsd ? 'high' : 'medium' },
    ),
    keepVersionStatement(ctx, { budgetId: id, version: after.version, settings: settingsOf(after), changedAt: now }),
  ])
  if (written.meta.changes === 0) throw await changedMeanwhile(ctx, id)
  await handOverBudgets(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return showBudget(ctx, id)
}

/** What somebody else did in between stands, and is shown; a removal is `not_found`. */
export const changedMeanwhile = async (ctx: OrganizationContext, id: string): Promise<AppError> =>
  new AppError('precondition_failed', 'Somebody else has changed the budget since.', {
    context: { budget: await showBudget(ctx, id) },
  })
