import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { handOver } from '../hand-over.ts'
import {
  coverAgentsStatement,
  coverTargetsStatement,
  hasOpenOrder,
  organizationsWithOrders,
  tellNewcomersStatement,
  uncovered,
  wantStoppedStatement,
} from './store.ts'

const toldMax = 100

/**
 * Stops what has come into the scope of an open order: an agent that was found, or put into a stopped group, and
 * connectors that were made meanwhile. Nothing new is nothing done. Safe to call at any time, by anybody.
 */
export const extendOrders = async (ctx: OrganizationContext): Promise<void> => {
  if (!(await hasOpenOrder(ctx))) return
  const found = await uncovered(ctx, toldMax)
  const now = ctx.now().getTime()
  const agents = [...new Set(found.map(({ externalId }) => externalId))]
  const orders = [...new Set(found.map(({ orderId }) => orderId))]
  await ctx.db.batch([
    coverTargetsStatement(ctx, null, now),
    coverAgentsStatement(ctx, null, now),
    auditStatement(ctx, 'kill.extended', { orders, agents }, { risk: 'high' }),
    tellNewcomersStatement(ctx, now),
    wantStoppedStatement(ctx, now),
  ])
  await handOver(ctx, {})
  if (found.length > 0) await drainSoon(ctx, ctx.organizationId)
}

/** Cron: the same for everybody, should the call behind a change have been cut off. */
export const extendAllOrders = async (ctx: RequestContext): Promise<void> => {
  for (const organizationId of await organizationsWithOrders(ctx))
    await extendOrders(actingFor(ctx, organizationId, { kind: 'system', id: 'kill-switch' }))
}
