import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { orderChange, refuseUnmanageable, settled } from '../changes/order.ts'
import { agentAtGateway, reachOf } from '../store.ts'
import { viewAgent } from '../view.ts'
import type { RegisterAgent, RegisteredAgent } from './contract.ts'
import { inTheRegistry } from './in-the-registry.ts'

/**
 * Makes an agent at a gateway. Its id here is fixed when it is ordered, so that the agent that the gateway then lists is
 * this one; the registry has it once it does. Throws `conflict` for an id that the gateway has already, `invalid`, and
 * `unavailable` while the gateway is away.
 */
export const registerAgent = async (ctx: OrganizationContext, wanted: RegisterAgent): Promise<RegisteredAgent> => {
  const { connectorId, externalId, name, workspace = null, model = null } = wanted
  const reach = await reachOf(ctx, connectorId)
  const before = await agentAtGateway(ctx, connectorId, externalId)
  if (before?.state === 'active')
    throw new AppError('conflict', `The gateway has an agent ${externalId} already.`, {
      context: { agentId: before.id },
    })
  const place = { ...reach, id: before?.id ?? ctx.newId('agt'), connectorId, state: 'active' as const }
  refuseUnmanageable(place)
  const change = settled(
    await orderChange(ctx, place, {
      kind: 'create',
      change: { change: 'agent.create', agent: externalId, name, workspace, model },
      touches: [externalId],
    }),
  )
  if (change.state !== 'confirmed') return { change, agent: null }
  const agent = await inTheRegistry(ctx, place.id, 'active')
  return { change, agent: agent && viewAgent(agent) }
}
