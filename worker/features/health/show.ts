import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { showAgent } from '../agents/index.ts'
import { budgetsNearLimit } from '../budgets/index.ts'
import { showConnector } from '../connectors/index.ts'
import type { AgentHealth, ConnectorHealth, HealthCause, HealthCauseName, HealthQuery } from './contract.ts'
import { agentHistory, connectorHistory } from './history.ts'

/** How well an agent is, why with figures of now, and how it was. Throws `not_found`. */
export const showAgentHealth = async (
  ctx: OrganizationContext,
  id: string,
  query: HealthQuery,
): Promise<AgentHealth> => {
  const agent = await showAgent(ctx, id)
  const { connectorId } = agent
  const history = await agentHistory(ctx, { connectorId, agentId: id }, query)
  const standing = { state: agent.health, since: agent.healthSince, isFlapping: agent.isFlapping, history }
  if (agent.healthCauses.includes('removed')) return { ...standing, causes: [{ cause: 'removed' }], figures: null }
  const session = connectorSession(ctx.env, connectorId)
  const [own, theirs] = await Promise.all([session.health(agent.externalId), session.health(null)])
  const { lastSeenAt } = await showConnector(ctx, connectorId)
  const near: HealthCause[] = agent.healthCauses.includes('budget')
    ? [{ cause: 'budget', budgets: await budgetsNearLimit(ctx, id) }]
    : []
  const known = [...near, ...own.causes, ...theirs.causes, ...history.items.flatMap(({ causes }) => causes)]
  return { ...standing, causes: withFigures(agent.healthCauses, known, lastSeenAt), figures: own.runs }
}

/** The same of a connector. */
export const showConnectorHealth = async (
  ctx: OrganizationContext,
  id: string,
  query: HealthQuery,
): Promise<ConnectorHealth> => {
  const connector = await showConnector(ctx, id)
  const history = await connectorHistory(ctx, id, query)
  const { causes } = await connectorSession(ctx.env, id).health(null)
  const known = [...causes, ...history.items.flatMap((change) => change.causes)]
  return {
    state: connector.health,
    since: connector.healthSince,
    isFlapping: connector.isFlapping,
    causes: withFigures(connector.healthCauses, known, connector.lastSeenAt),
    history,
  }
}

/** Each cause with the first figures that are known of it: the session's of now, else those of when it was told. */
const withFigures = (names: HealthCauseName[], known: HealthCause[], lastSeenAt: string | null): HealthCause[] =>
  names.flatMap((name): HealthCause[] => {
    if (name === 'connector_offline') return [{ cause: name, lastSeenAt }]
    if (name === 'connector_paused' || name === 'never_connected' || name === 'removed') return [{ cause: name }]
    const found = known.find(({ cause }) => cause === name)
    return found ? [found] : []
  })
