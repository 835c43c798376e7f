import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import { actingFor, type RequestContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { namedAgents } from './killed/store.ts'
import { commandIdOf } from './rules.ts'
import { connectorRemoved } from './settle.ts'
import { handedOverStatement, targetsToHandOver, type Waiting } from './targets/store.ts'

const atOnce = 500
/** A stop is never too late: only being confirmed or recovered ends it. */
const noDeadline = '9999-12-31T23:59:59.999Z'

/**
 * Gives sessions the orders that they do not keep yet. The order was committed before; a session that can not take it now
 * is given it by cron. Twice is once, by the command's id.
 */
export const handOver = async (ctx: RequestContext, of: { orderId?: string }): Promise<void> => {
  const waiting = await targetsToHandOver(ctx, of, atOnce)
  await Promise.all(
    waiting.map(async (each) => {
      try {
        await handOverOne(ctx, each)
      } catch (error) {
        const { orderId, connectorId } = each.target
        logFault('kill.not-handed-over', error, { orderId, connectorId })
      }
    }),
  )
}

const handOverOne = async (ctx: RequestContext, waiting: Waiting): Promise<void> => {
  const { target, order, connector } = waiting
  const within = actingFor(ctx, target.organizationId, { kind: 'system', id: 'kill-switch' })
  if (connector === null) return connectorRemoved(within, target, order)
  await connectorSession(ctx.env, target.connectorId).enqueue(await commandFor(ctx, waiting))
  await handedOverStatement(within, target)
}

/** What a connector has to be told of an order as it stands now. */
const commandFor = async (ctx: RequestContext, { target, order }: Waiting): Promise<QueuedCommand> => {
  const { orderId, connectorId, revision, isAll } = target
  if (order.recoverAt !== null)
    return {
      id: commandIdOf(orderId, revision, 'recover'),
      command: 'agents.recover',
      params: { orderId },
      deadline: noDeadline,
    }
  const agents = isAll ? [] : await namedAgents(ctx, orderId, connectorId)
  return {
    id: commandIdOf(orderId, revision, 'stop'),
    command: 'agents.stop',
    params: { orderId, isAll, agents, policy: order.policy },
    deadline: noDeadline,
  }
}

/** For the session itself, when its connector comes: what it was not given, because a crash came between. */
export const commandsWaiting = async (ctx: RequestContext, connectorId: string): Promise<QueuedCommand[]> =>
  Promise.all((await targetsToHandOver(ctx, { connectorId }, atOnce)).map((waiting) => commandFor(ctx, waiting)))

/** Cron: what a crash between commit and delivery left behind. */
export const handOverStops = (ctx: RequestContext): Promise<void> => handOver(ctx, {})
