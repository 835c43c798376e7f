import type { Agent } from './contract.ts'

/** What an agent does right now. While its connector is away nobody can know. */
export const activityOf = (agent: {
  state: 'active' | 'removed'
  connectorState: string | null
  pendingApprovals: number
  openRuns: number
}): Agent['activity'] => {
  if (agent.state === 'removed' || agent.connectorState !== 'online') return 'unknown'
  if (agent.pendingApprovals > 0) return 'waiting'
  return agent.openRuns > 0 ? 'running' : 'idle'
}

const compared = ['name', 'model', 'workspace', 'toolsProfile', 'isDefault'] as const

/** Which facts of an agent differ between what we know and what its gateway says. */
export const changedFields = (
  known: Record<(typeof compared)[number], unknown>,
  told: Record<(typeof compared)[number], unknown>,
): string[] => compared.filter((field) => known[field] !== told[field])
