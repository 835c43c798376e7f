import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { extendOrders } from './cover/extend.ts'
import { commandsWaiting } from './hand-over.ts'
import { tellAnewStatement } from './targets/store.ts'

/**
 * A connector that takes stops said hello: what it refused before for want of the group is ordered anew, and open orders
 * over everything take it in. Answers what its session does not keep yet.
 */
export const stopsForConnector = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> => {
  await tellAnewStatement(ctx, connectorId)
  const waiting = await commandsWaiting(ctx, connectorId)
  await extendOrders(ctx)
  return waiting
}
