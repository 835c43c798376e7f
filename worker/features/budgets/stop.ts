import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import type { KillScope } from '../kill-switch/contract.ts'
import { orderKillForBudget, recoverForBudget } from '../kill-switch/index.ts'
import { agentIdsWithModel } from './store.ts'

/**
 * Stops what a used-up budget covers, by the kill switch's own order: durable, confirmed by evidence, and held against
 * whoever re-enables it. One order for each key. Answers its id; null where nobody is in the scope.
 */
export const stopScope = async (
  ctx: OrganizationContext,
  { key, budgetId, scope }: { key: string; budgetId: string; scope: KillScope },
): Promise<string | null> => {
  const wanted = { scope, reason: `The budget ${ctx.actorName} is used up.`, policy: 'stop_again' as const }
  try {
    return await orderKillForBudget(ctx, wanted, { budgetId, key })
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

/** Lets go what an order of a budget holds. One that somebody has taken back already stays as it is. */
export const releaseStop = (ctx: OrganizationContext, orderId: string, reason: string): Promise<void> =>
  recoverForBudget(ctx, orderId, reason)

/** The agents that are set to a model, whether or not they have used it yet. */
export const agentsSetToModel = (ctx: OrganizationContext, model: string): Promise<string[]> =>
  agentIdsWithModel(ctx, model)
