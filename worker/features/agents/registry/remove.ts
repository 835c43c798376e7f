import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { forgetMemoryOfAgentStatements } from '../../memory/index.ts'
import { orderChange, settled } from '../changes/order.ts'
import { forgetChangesOfGoneStatement } from '../changes/store.ts'
import { forgetFactsOfGoneStatement } from '../live/store.ts'
import { type DescribedAgent, forgetAgentStatement, getAgent, isGone } from '../store.ts'
import { viewAgent } from '../view.ts'
import type { RemovedAgent } from './contract.ts'
import { inTheRegistry } from './in-the-registry.ts'

/**
 * Takes an agent out of its gateway's configuration; its files stay there, and the registry keeps it as removed. One that
 * its gateway has no more is forgotten here. Throws `invalid` unless `typed` is its name as the list shows it, `conflict`
 * when the gateway refuses, as it does for its only agent, and `unavailable` while the gateway is away.
 */
export const removeAgent = async (ctx: OrganizationContext, id: string, typed: string): Promise<RemovedAgent> => {
  const agent = await getAgent(ctx, id)
  const name = agent.displayName ?? agent.name
  if (typed.trim() !== name.trim())
    throw new AppError('invalid', 'The name is not that of the agent.', {
      errors: [{ path: 'name', message: 'not its name' }],
    })
  if (agent.state === 'removed') return forgetAgent(ctx, agent)
  const change = settled(
    await orderChange(ctx, agent, {
      kind: 'delete',
      change: { change: 'agent.delete', agent: agent.externalId },
      touches: [agent.externalId],
    }),
  )
  if (change.state === 'confirmed') await inTheRegistry(ctx, id, 'removed')
  return { change, agent: viewAgent(await getAgent(ctx, id)) }
}

/** What its gateway said of it goes as well; the audit stays. */
const forgetAgent = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<RemovedAgent> => {
  const { id, externalId, name, connectorId } = agent
  await ctx.db.batch([
    forgetAgentStatement(ctx, id),
    auditStatement(
      ctx,
      'agent.forgotten',
      { externalId, name },
      { target: id, agentId: id, connectorId, risk: 'medium' },
    ),
    forgetFactsOfGoneStatement(ctx, id),
    ...forgetMemoryOfAgentStatements(ctx, id, isGone(ctx, id)),
    forgetChangesOfGoneStatement(ctx, id),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { change: null, agent: null }
}
