import type { SnapshotScope } from '../diff/contract.ts'
import type { SnapshotRow } from '../schema.ts'

/**
 * Whose versions they are: the agent's, or of what all agents of a gateway share those of its connector, so that it stands
 * once however many agents there are.
 */
export const subjectOf = (agent: { id: string; connectorId: string }, scope: SnapshotScope): string =>
  scope === 'gateway_config' ? agent.connectorId : agent.id

/** What an event about a version is about. */
export const aboutOf = ({ scope, agentId, connectorId }: Pick<SnapshotRow, 'scope' | 'agentId' | 'connectorId'>) =>
  scope === 'gateway_config' ? { target: connectorId, connectorId } : { target: agentId, agentId, connectorId }
