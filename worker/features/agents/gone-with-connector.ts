import type { OrganizationContext } from '../../platform/context.ts'
import type { Statement } from '../../platform/db.ts'
import { auditEachStatement, auditInput } from '../audit/index.ts'
import { agentsGoneStatement, agentsOfConnector, isActive } from './store.ts'

/**
 * For the batch that removes a connector: its agents leave the registry, each with its event. The events stand before
 * the change, since they are written for those who are still active then; the change is only of the same agents.
 */
export const agentsGoneWithConnector = async (
  ctx: OrganizationContext,
  connectorId: string,
): Promise<[Statement, Statement]> => {
  const active = (await agentsOfConnector(ctx, connectorId)).filter(({ state }) => state === 'active')
  const events = active.map(({ id, externalId }) => ({
    proof: id,
    input: auditInput(ctx, 'agent.removed', { externalId }, { target: id, agentId: id, connectorId, risk: 'medium' }),
  }))
  const ids = active.map(({ id }) => id)
  return [
    auditEachStatement(ctx, events, (proof) => isActive(ctx, proof)),
    agentsGoneStatement(ctx, ids, ctx.now().getTime()),
  ]
}
