import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { sealNow, unsealNow } from '../../../platform/seal.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import { gatewayConfig } from '../config/get.ts'
import { updateConfig } from '../config/update.ts'
import type { Agent } from '../contract.ts'
import { showAgent } from '../list.ts'
import { enabledStatement, getAgent } from '../store.ts'
import { changedSince, disabledPatch, putBack, putBackInto } from './rules.ts'

/**
 * Takes an agent out of service: the gateway has no switch for it, so all its tools are denied and its heartbeat stands
 * still. A turn that somebody starts is still answered, in words only. Twice is once. Throws as `updateConfig` does.
 */
export const disableAgent = async (ctx: OrganizationContext, id: string, reason: string | null): Promise<Agent> => {
  const agent = await getAgent(ctx, id)
  refuseStopped(agent)
  if (agent.disabledAt !== null) return showAgent(ctx, id)
  const { config, entry } = await gatewayConfig(ctx, agent, { liveOnly: true })
  const restore = sealNow(ctx.config, purposeOf(id), JSON.stringify(putBack(entry ?? {})))
  await updateConfig(ctx, id, { patch: disabledPatch, baseHash: config.hash }, { kind: 'disable', reason, restore })
  return showAgent(ctx, id)
}

/**
 * Puts back exactly what disabling had replaced. Throws `stale` with the paths when somebody changed them at the gateway
 * since; then `leaveConfiguration` ends the order and leaves the gateway as it is.
 */
export const enableAgent = async (
  ctx: OrganizationContext,
  id: string,
  leaveConfiguration: boolean,
): Promise<Agent> => {
  const agent = await getAgent(ctx, id)
  refuseStopped(agent)
  if (agent.disabledAt === null) return showAgent(ctx, id)
  if (leaveConfiguration) {
    const facts = { target: id, agentId: id, connectorId: agent.connectorId, risk: 'medium' } as const
    await ctx.db.batch([enabledStatement(ctx, id), auditStatement(ctx, 'agent.enabled', { changeId: null }, facts)])
    await drainSoon(ctx, ctx.organizationId)
    return showAgent(ctx, id)
  }
  const { config, entry } = await gatewayConfig(ctx, agent, { liveOnly: true })
  const differs = changedSince(entry ?? {})
  if (differs.length > 0)
    throw new AppError('stale', 'Somebody changed at the gateway what disabling had set.', {
      context: { conflicts: differs },
    })
  const restore = Tree.parse(
    agent.restore === null ? {} : JSON.parse(unsealNow(ctx.config, purposeOf(id), agent.restore)),
  )
  const patch = putBackInto(entry ?? {}, restore)
  await updateConfig(ctx, id, { patch, baseHash: config.hash }, { kind: 'enable' })
  return showAgent(ctx, id)
}

/** What an order of the kill switch holds is released by recovering that order, and by nothing else. */
const refuseStopped = ({ stopOrderId }: { stopOrderId: string | null }): void => {
  if (stopOrderId === null) return
  throw new AppError('conflict', 'An order of the kill switch holds this agent: recover that order.', {
    context: { because: 'stopped', orderId: stopOrderId },
  })
}

const purposeOf = (agentId: string): string => `agent-restore:${agentId}`
