import type { OrganizationContext } from '../../../platform/context.ts'
import { patched } from '../config/rules.ts'
import { getAgent } from '../store.ts'
import type {
  AgentComparison,
  AgentEffective,
  EffectiveOf,
  EffectivePreview,
  PreviewEffective,
} from './api/contract.ts'
import { differenceBetween } from './difference.ts'
import { explain } from './explain.ts'
import { type Gathered, gatherFacts } from './gather.ts'
import { agentSection } from './policy/config.ts'

/** Explains an agent in one of its conversations, its main one unless another is given. Throws as `gatherFacts` does. */
export const agentEffective = async (
  ctx: OrganizationContext,
  id: string,
  asked: EffectiveOf,
): Promise<AgentEffective> => viewOf(await gatherFacts(ctx, await getAgent(ctx, id), asked))

/** What a change of the agent's entry, or of the whole configuration, would do. Nothing is changed, nothing is sent. */
export const previewEffective = async (
  ctx: OrganizationContext,
  id: string,
  { entry, config, ...asked }: PreviewEffective,
): Promise<EffectivePreview> => {
  const agent = await getAgent(ctx, id)
  const gathered = await gatherFacts(ctx, agent, asked)
  const before = explain(gathered.facts, gathered.situation)
  const change = (document: unknown): unknown => {
    const whole = config === undefined ? document : patched(document, config)
    const { key } = agentSection(whole, agent.externalId)
    return entry === undefined ? whole : patched(whole, { agents: { entries: { [key]: entry } } })
  }
  const { facts, freshness } = gathered
  const after = explainUnder(gathered, { source: change(facts.config), completed: change(facts.completed) })
  return { freshness, after, difference: differenceBetween(before, after) }
}

/** A configuration that is not in force, or not any more. Without `completed` nothing is filled in by the gateway. */
interface OtherConfiguration {
  source: unknown
  completed?: unknown
}

/**
 * The same agent with another configuration. The gateway cannot be asked about what is not in force; what it does not
 * build now counts as not built then.
 */
export const explainUnder = ({ facts, situation }: Gathered, { source, completed }: OtherConfiguration) => {
  const now = explain(facts, situation)
  const absent = new Set(now.tools.flatMap((tool) => (isAbsent(tool) ? [tool.name] : [])))
  return explain({ ...facts, config: source, completed: completed ?? source, offered: null, absent }, situation)
}

const isAbsent = ({ construction }: AgentEffective['explanation']['tools'][number]): boolean =>
  construction.reason === 'unavailable'

/** Two agents of an organization side by side, on one gateway or on two, each in its main conversation. */
export const compareAgents = async (
  ctx: OrganizationContext,
  id: string,
  otherId: string,
): Promise<AgentComparison> => {
  const agents = [await getAgent(ctx, id), await getAgent(ctx, otherId)] as const
  const [one, other] = await Promise.all([gatherFacts(ctx, agents[0], {}), gatherFacts(ctx, agents[1], {})])
  const [before, after] = [viewOf(one), viewOf(other)]
  return {
    freshness: { one: before.freshness, other: after.freshness },
    ...{ one: before.explanation, other: after.explanation },
    difference: differenceBetween(before.explanation, after.explanation),
  }
}

const viewOf = ({ facts, situation, parents, freshness }: Gathered): AgentEffective => ({
  freshness,
  parents,
  isCompared: facts.offered !== null,
  explanation: explain(facts, situation),
})
