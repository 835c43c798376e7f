import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { Agent, ListAgents } from './contract.ts'
import { agentsOfConnector, countActivities, type DescribedAgent, getAgent, listAgentRows } from './store.ts'
import { viewAgent } from './view.ts'

const Beyond = z.object({ key: z.union([z.string(), z.number(), z.null()]), id: z.string() })

export const listAgents = async (ctx: OrganizationContext, filter: ListAgents) => {
  const rows = await listAgentRows(ctx, filter, filter.limit + 1, fromCursor(Beyond, filter.cursor))
  const page = pageOf(rows, filter.limit, (row) => ({ key: keyOf(row, filter.sort), id: row.id }))
  return { ...page, items: page.items.map(viewAgent) }
}

const keyOf = (row: DescribedAgent, sort: ListAgents['sort']): string | number | null =>
  sort === 'name' ? row.name : sort === 'last_active' ? row.lastActiveAt : row.id

export const showAgent = async (ctx: OrganizationContext, id: string): Promise<Agent> =>
  viewAgent(await getAgent(ctx, id))

/** Our ids of a connector's agents by the gateway's. */
export const agentIdsOf = async (ctx: OrganizationContext, connectorId: string): Promise<Map<string, string>> =>
  new Map((await agentsOfConnector(ctx, connectorId)).map((agent) => [agent.externalId, agent.id]))

/** How many agents do what. */
export const agentsAtAGlance = async (ctx: OrganizationContext) => {
  const found = await countActivities(ctx)
  const count = (activity: Agent['activity']) => found.find((row) => row.activity === activity)?.agents ?? 0
  return {
    active: found.reduce((sum, { agents }) => sum + agents, 0),
    running: count('running'),
    waiting: count('waiting'),
    unknown: count('unknown'),
  }
}
