import type { Agent } from '../../../../worker/features/agents/contract.ts'

/** What people here call it, else what its gateway does. */
export const nameOf = (agent: Pick<Agent, 'displayName' | 'name'>) => agent.displayName ?? agent.name
