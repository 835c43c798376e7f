import type { OrganizationContext } from '../../../platform/context.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import { contentOfVersion } from '../../snapshots/versions/index.ts'
import { getAgent } from '../store.ts'
import type { AgentComparison, CompareMoments } from './api/contract.ts'
import { differenceBetween } from './difference.ts'
import { explainUnder } from './effective.ts'
import { explain } from './explain.ts'
import { type Gathered, gatherFacts } from './gather.ts'
import { agentSection } from './policy/config.ts'

/**
 * An agent at two moments: with the entry that it had in one version and in another, or as it stands now. The rest of the
 * configuration, the catalogue and the skills are those of now, so that the two differ by the entry alone: what was
 * in force at a moment, with what all agents share, is for `state-at` to tell. Throws `not_found` for a version that there
 * never was, and as `gatherFacts` does.
 */
export const compareMoments = async (
  ctx: OrganizationContext,
  id: string,
  { from, to, ...asked }: CompareMoments,
): Promise<AgentComparison> => {
  const agent = await getAgent(ctx, id)
  const entryAt = (end: number | 'live') =>
    end === 'live' ? null : contentOfVersion(ctx, agent.id, 'agent_config', end)
  const [before, after] = await Promise.all([entryAt(from), entryAt(to)])
  const gathered = await gatherFacts(ctx, agent, asked)
  const [one, other] = [explainAt(gathered, before), explainAt(gathered, after)]
  const { freshness } = gathered
  return { freshness: { one: freshness, other: freshness }, one, other, difference: differenceBetween(one, other) }
}

/** Null is now: only then can the gateway be asked for its own list. */
const explainAt = (gathered: Gathered, entry: Tree | null) => {
  const { facts, situation } = gathered
  if (entry === null) return explain(facts, situation)
  const source = withEntry(facts.config, situation.agentId, entry)
  return explainUnder(gathered, { source, completed: withEntry(facts.completed, situation.agentId, entry) })
}

/** The whole entry is another one, as far as it goes; a merge would keep what has come since. */
const withEntry = (config: unknown, agentId: string, entry: Tree): Tree => {
  const whole = treeOf(config)
  const agents = treeOf(whole.agents)
  const { key } = agentSection(config, agentId)
  return { ...whole, agents: { ...agents, entries: { ...treeOf(agents.entries), [key]: entry } } }
}

const treeOf = (value: unknown): Tree => Tree.safeParse(value).data ?? {}
