import { createContext, use } from 'react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'

/** Filled by the page around the tabs, which waits until the agent is there. */
export const AgentContext = createContext<Agent | null>(null)

/** The agent whose tab this is, as it is known now. Only below the agent's page. */
export const useAgent = (): Agent => {
  const agent = use(AgentContext)
  if (!agent) throw new Error('useAgent is for what stands in the page of an agent.')
  return agent
}
