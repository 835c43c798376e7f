import type { OrganizationContext } from '../../../platform/context.ts'
import { patched } from '../config/rules.ts'
import { getAgent } from '../store.ts'
import type { AgentComparison, AgentEffective, EffectivePreview, PreviewEffective } from './api/contract.ts'
import { differenceBetween } from './difference.ts'
import { explain } from './explain.ts'
import { type Gathered, gatherFacts } from './gather.ts'
import { agentSection } from './policy/config.ts'

interface Where {
  sessionKey?: string | undefined
}

/** Explains an agent in one of its conversations, its main one unless another is given. Throws as `gatherFacts` does. */
export const agentEffective = async (
  ctx: OrganizationContext,
  id: string,
  { sessionKey }: Where,
): Promise<AgentEffective> => viewOf(await gatherFacts(ctx, await getAgent(ctx, id), sessionKey))

/** What a change of the agent's entry, or of the whole configuration, would do. Nothing is changed, nothing is sent. */
export const previewEffective = async (
  ctx: OrganizationContext,
  id: string,
  { sessionKey, entry, config }: PreviewEffective,
): Promise<EffectivePreview> => {
  const agent = await getAgent(ctx, id)
  const { facts, situation, freshness } = await gatherFacts(ctx, agent, sessionKey)
  const before = explain(facts, situation)
  const change = (document: unknown): unknown => {
    const whole = config === undefined ? document : patched(document, config)
    const { key } = agentSection(whole, agent.externalId)
    return entry === undefined ? whole : patched(whole, { agents: { entries: { [key]: entry } } })
  }
  // The gateway cannot be asked about what is not in force; what it does not build now it will not build then.
  const absent = new Set(before.tools.flatMap((tool) => (isAbsent(tool) ? [tool.name] : [])))
  const after = explain(
    { ...facts, config: change(facts.config), completed: change(facts.completed), offered: null, absent },
    situation,
  )
  return { freshness, after, difference: differenceBetween(before, after) }
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
  const [one, other] = await Promise.all([
    gatherFacts(ctx, agents[0], undefined),
    gatherFacts(ctx, agents[1], undefined),
  ])
  const [before, after] = [viewOf(one), viewOf(other)]
  return {
    freshness: { one: before.freshness, other: after.freshness },
    difference: differenceBetween(before.explanation, after.explanation),
  }
}

const viewOf = ({ facts, situation, freshness }: Gathered): AgentEffective => ({
  freshness,
  isCompared: facts.offered !== null,
  explanation: explain(facts, situation),
})
