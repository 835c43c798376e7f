import type { Agent } from '../../../../worker/features/agents/contract.ts'
import { type EditingBar, useEditingBar } from '../../agents/use-editing.ts'

/** Why nothing can be put back now: what bars every change, or that going back could end a stop or a disabling. */
export type RollbackBar = EditingBar | 'disabled' | 'stopped'

export const useRollbackBar = (agent: Agent): RollbackBar | null => {
  const bar = useEditingBar(agent)
  if (bar !== null) return bar
  return agent.control === 'enabled' ? null : agent.control
}
