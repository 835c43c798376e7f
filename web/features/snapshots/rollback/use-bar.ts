import type { Agent } from '../../../../worker/features/agents/contract.ts'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { type EditingBar, useEditingBar } from '../../agents/use-editing.ts'

/** Why nothing can be put back now: what bars every change, or that the agent's entry is what keeps it out of service. */
export type RollbackBar = EditingBar | 'disabled' | 'stopped'

export const useRollbackBar = (agent: Agent, scope: SnapshotScope): RollbackBar | null => {
  const bar = useEditingBar(agent)
  if (bar !== null) return bar
  return agent.control === 'enabled' || scope !== 'agent_config' ? null : agent.control
}
