import type { OrganizationContext } from '../../platform/context.ts'
import { updateAgentStatement } from './store.ts'

export interface RunCount {
  agentId: string
  openRuns: number
  lastActiveAt: number
}

/** Projects how many runs each agent has open. The counts are absolute, so telling them again changes nothing. */
export const trackRuns = async (ctx: OrganizationContext, counts: RunCount[]): Promise<void> => {
  for (const { agentId, openRuns, lastActiveAt } of counts)
    await updateAgentStatement(ctx, agentId, { openRuns, lastActiveAt })
}
