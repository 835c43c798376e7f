import type { Agent } from '../../../worker/features/agents/contract.ts'
import { ScopeStop } from './scope-stop.tsx'

/** Stops an agent, or leads to the order that holds it. */
export function AgentStop({ agent }: { agent: Pick<Agent, 'id' | 'state' | 'stop'> }) {
  if (agent.state === 'removed' && !agent.stop) return null
  return <ScopeStop scope={{ kind: 'agent', agentId: agent.id }} stop={agent.stop} />
}
