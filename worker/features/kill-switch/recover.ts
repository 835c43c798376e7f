import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { KillOrder, RecoverKill } from './contract.ts'
import { handOver } from './hand-over.ts'
import { showOrder } from './list.ts'
import { endOrderStatement, getOrder, recoverOrderStatement } from './orders/store.ts'
import type { KillOrderRow } from './schema.ts'
import { recoverTargetsStatement } from './targets/store.ts'

/**
 * Takes an order back: its agents are put back to exactly what was saved, unless another order holds them. Throws
 * `invalid` when the typed name is not the name of the scope. A second call finds it recovering, and is the same.
 */
export const recoverKill = async (
  ctx: OrganizationContext,
  { orderId, name, reason }: RecoverKill,
): Promise<KillOrder> => {
  const order = await getOrder(ctx, orderId)
  if (name.trim() !== order.scopeName)
    throw new AppError('invalid', 'Type the name of what was stopped, exactly.', {
      errors: [{ path: 'name', message: 'not the name of what was stopped' }],
    })
  await recover(ctx, order, reason)
  return showOrder(ctx, orderId)
}

/** Takes back what a budget ordered: nobody is there to type a name. One that is taken back already stays as it is. */
export const recoverForBudget = async (ctx: OrganizationContext, orderId: string, reason: string): Promise<void> =>
  recover(ctx, await getOrder(ctx, orderId), reason)

const recover = async (ctx: OrganizationContext, order: KillOrderRow, reason: string): Promise<void> => {
  const orderId = order.id
  const now = ctx.now().getTime()
  await ctx.db.batch([
    recoverOrderStatement(ctx, orderId, {
      recoverAt: now,
      recoverById: ctx.actor.id,
      recoverByName: ctx.actorName,
      recoverReason: reason,
    }),
    auditStatement(
      ctx,
      'kill.recover-ordered',
      { orderId, name: order.scopeName, reason },
      { target: orderId, agentId: order.scopeKind === 'agent' ? order.scopeRef : null, risk: 'critical' },
    ),
    recoverTargetsStatement(ctx, orderId),
    // An order that no connector was concerned by is over with that.
    endOrderStatement(ctx, orderId, now),
  ])
  await handOver(ctx, { orderId })
  await drainSoon(ctx, ctx.organizationId)
}
