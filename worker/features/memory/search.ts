import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { askGateway, awayCauseOf, type DescribedAgent, getAgent, listAgentRows } from '../agents/index.ts'
import type { MemoryFound, SearchMemory } from './contract.ts'

const agentsMax = 40
const atOnce = 6
const timeMs = 22_000
const hitsMax = 200

type Searched = MemoryFound['agents'][number] & { found: MemoryFound['hits'] }

/**
 * Searches the memory of one agent, or of those that were active last. One that is away, refuses or takes too long is named
 * with the reason and does not hold back the others.
 */
export const searchMemory = async (
  ctx: OrganizationContext,
  { query, agentId }: SearchMemory,
): Promise<MemoryFound> => {
  const agents = agentId ? [await getAgent(ctx, agentId)] : await activeAgents(ctx)
  const isThere = ({ connectorState, gatewayConnected }: DescribedAgent) =>
    connectorState === 'online' && gatewayConnected === true
  // Those who can answer come first; asking one that is away costs nothing.
  const inOrder = [...agents.filter(isThere), ...agents.filter((agent) => !isThere(agent))]
  const waiting = inOrder.slice(0, agentsMax)
  const searched = new Map<string, Searched>()
  const late = deadline(timeMs)
  const work = async () => {
    for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift())
      searched.set(agent.id, await Promise.race([searchOne(ctx, agent, query), late.passed.then(tooSlow(agent))]))
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    late.cancel()
  }
  const results = inOrder.flatMap(({ id }) => searched.get(id) ?? [])
  const hits = results.flatMap(({ found }) => found)
  const notAsked = inOrder.length - results.length
  return {
    hits: hits.slice(0, hitsMax),
    agents: results.map(({ found: _, ...agent }) => agent),
    notAsked,
    isComplete: notAsked === 0 && hits.length <= hitsMax && results.every(({ isComplete }) => isComplete),
  }
}

const activeAgents = (ctx: OrganizationContext) =>
  listAgentRows(ctx, { limit: 200, sort: 'last_active', state: 'active' }, 200, undefined)

const searchOne = async (ctx: OrganizationContext, agent: DescribedAgent, query: string): Promise<Searched> => {
  const named = nameOf(agent)
  try {
    const { answer } = await askGateway(ctx, agent, { question: 'memory.search', agent: agent.externalId, query })
    const { hits, searchedBy, isComplete } = answer
    const found = hits.map((hit) => ({ ...hit, agentId: agent.id }))
    return { ...named, outcome: 'searched', searchedBy, hits: hits.length, isComplete, found }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const outcome = awayCauseOf(error) ?? 'refused'
    return { ...named, outcome, searchedBy: null, hits: 0, isComplete: false, found: [] }
  }
}

const tooSlow = (agent: DescribedAgent) => (): Searched => ({
  ...nameOf(agent),
  outcome: 'too_slow',
  searchedBy: null,
  hits: 0,
  isComplete: false,
  found: [],
})

const nameOf = ({ id, displayName, name }: DescribedAgent) => ({ agentId: id, name: displayName ?? name })

const deadline = (ms: number) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return { passed, cancel: () => clearTimeout(timer) }
}
