import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import type { HealthAtAGlance } from './contract.ts'
import { agentStanding } from './standing.ts'
import { countByHealth, countCauses, degradedAgents, deleteChangesBefore } from './store.ts'

const shownMax = 5
const historyKeptMs = 90 * 86_400_000

/** How many agents are how well, and which need a look. */
export const healthAtAGlance = async (ctx: OrganizationContext): Promise<HealthAtAGlance> => {
  const [counts, causes, rows] = await Promise.all([
    countByHealth(ctx),
    countCauses(ctx),
    degradedAgents(ctx, shownMax),
  ])
  return {
    healthy: counts.get('healthy') ?? 0,
    degraded: counts.get('degraded') ?? 0,
    offline: counts.get('offline') ?? 0,
    causes,
    degradedAgents: rows.map(({ agent, connector, nearLimitSince }) => {
      const { causes: why, since, isFlapping } = agentStanding(agent, connector, nearLimitSince)
      return { id: agent.id, name: agent.displayName ?? agent.name, causes: why, since, isFlapping }
    }),
  }
}

/** Cron: history that nobody looks at any more goes. */
export const sweepHealthChanges = async (ctx: RequestContext): Promise<void> => {
  await deleteChangesBefore(ctx, ctx.now().getTime() - historyKeptMs)
}
