import type { OrganizationContext } from '../../../platform/context.ts'
import { drainSoon } from '../../audit/index.ts'
import type { Approval } from '../contract.ts'
import { deliveredStatements } from '../deliver.ts'
import { getApprovalRow } from '../store.ts'
import { isRequester } from './mine.ts'

/**
 * Who asked has just been answered with the decision: that is its delivery, told once. Behind the answer, so that
 * reading stays reading; lost in a crash, the next poll tells it.
 */
export const collectedByRequester = (ctx: OrganizationContext, { id, state, source, requestedBy }: Approval): void => {
  const requester = { source, requestedByKind: requestedBy.kind, requestedById: requestedBy.id }
  if (state === 'decided' && isRequester(ctx, requester)) ctx.waitUntil(deliver(ctx, id))
}

const deliver = async (ctx: OrganizationContext, id: string): Promise<void> => {
  const row = await getApprovalRow(ctx, id)
  await ctx.db.batch(deliveredStatements(ctx, row, ctx.now().getTime()))
  await drainSoon(ctx, ctx.organizationId)
}
