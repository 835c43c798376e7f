import type { OrganizationContext } from '../../platform/context.ts'
import { iso } from '../../platform/time.ts'
import type { BudgetAt } from './contract.ts'
import { covers, refOf } from './rules.ts'
import { traitsOf, versionsAt } from './store.ts'

/**
 * The budgets that were in force at a moment (ms) and cover the agent: by the group and the model that it has now, since
 * nobody keeps which it had then.
 */
export const budgetsAt = async (ctx: OrganizationContext, agentId: string, at: number): Promise<BudgetAt[]> => {
  const [agent, versions] = await Promise.all([traitsOf(ctx, agentId), versionsAt(ctx, at)])
  return versions.flatMap(({ budgetId, version, settings, changedAt }) => {
    if (settings === null || agent === null || !covers(settings.scope, agent)) return []
    const { scope, ...rest } = settings
    return [{ ...rest, id: budgetId, version, since: iso(changedAt), scope: { kind: scope.kind, ref: refOf(scope) } }]
  })
}
