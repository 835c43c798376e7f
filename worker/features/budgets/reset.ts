import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import type { Budget, ResetBudget } from './contract.ts'
import { showBudget } from './list.ts'

/**
 * Lets go what a budget holds, and counts the rest of the period anew: a whole limit may be spent from here on. Throws
 * `not_found`, and `conflict` where it is not used up, so that a second call does not add another limit.
 */
export const resetBudget = async (ctx: OrganizationContext, id: string, { reason }: ResetBudget): Promise<Budget> => {
  // Also hands over what the ledger has not heard of.
  const { name } = await showBudget(ctx, id)
  const by = { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actorName }
  if (!(await costLedger(ctx.env, ctx.organizationId).reset(id, reason, by)))
    throw new AppError('conflict', `The budget ${name} is not used up.`)
  return showBudget(ctx, id)
}
