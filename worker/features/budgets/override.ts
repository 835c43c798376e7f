import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { allowIfMay } from '../approvals/index.ts'
import type { OverriddenBudget, OverrideBudget } from './contract.ts'
import { showBudget } from './list.ts'
import { askToOverride } from './raise.ts'
import { getBudget } from './store.ts'

/**
 * Lets a budget be passed by an amount in its present period. It always stands as an approval: decided at once where the
 * caller is one of those who may decide it alone, else it waits for them, and takes effect by itself. The ledger knows
 * what is waited for before anybody decides, so a crash from there on leaves nothing undone. Throws `not_found`.
 */
export const overrideBudget = async (
  ctx: OrganizationContext,
  id: string,
  { amountMicroUsd, reason }: OverrideBudget,
): Promise<OverriddenBudget> => {
  const { budget } = await getBudget(ctx, id)
  const { standing } = await showBudget(ctx, id)
  const periodStart = Date.parse(standing.start)
  const approvalId = await askToOverride(ctx, {
    budgetId: id,
    name: budget.name,
    periodStart,
    amountMicroUsd,
    reason,
    attempt: ctx.requestId,
  })
  const ledger = costLedger(ctx.env, ctx.organizationId)
  const by = { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actorName }
  await ledger.awaitRaise(ctx.organizationId, { approvalId, budgetId: id, periodStart, amountMicroUsd, reason, by })
  await allowIfMay(ctx, approvalId, reason)
  const state = await ledger.settleRaise(approvalId)
  return { state: state ?? 'refused', approvalId, budget: await showBudget(ctx, id) }
}
