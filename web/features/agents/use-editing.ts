import { useQuery } from '@tanstack/react-query'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useCan } from '../../session/queries.ts'
import { connectorQuery } from '../connectors/queries.ts'

/**
 * Why nothing can be changed at an agent's gateway now. role: the viewer may not. removed: the gateway has no such agent
 * any more. connector, gateway: away, with the one that is. manage: whoever started the connector did not allow it.
 */
export type EditingBar = 'unknown' | 'role' | 'removed' | 'connector' | 'gateway' | 'manage'

/** Null when this person may change this agent now; the server has the last word. */
export const useEditingBar = (agent: Agent): EditingBar | null => {
  const may = useCan('agents.write')
  const connector = useQuery(connectorQuery(agent.connectorId)).data
  if (!may) return 'role'
  if (agent.state === 'removed') return 'removed'
  if (!connector) return 'unknown'
  if (connector.state !== 'online') return 'connector'
  if (!connector.gateway.connected) return 'gateway'
  return connector.groups.includes('manage') ? null : 'manage'
}
