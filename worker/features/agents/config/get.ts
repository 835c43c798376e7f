import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type GatewayConfig, Tree } from '../../connectors/link/questions/contract.ts'
import { configurationSeen } from '../../snapshots/taking/index.ts'
import { askGateway } from '../live/ask.ts'
import type { Freshness } from '../live/contract.ts'
import { factOf, keepFact } from '../live/facts.ts'
import { type DescribedAgent, getAgent } from '../store.ts'
import type { AgentConfig } from './contract.ts'
import { isTree } from './rules.ts'

/** The whole configuration of an agent's gateway, without secrets. Throws as `askGateway` does. */
export const gatewayConfig = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  how: { liveOnly?: boolean } = {},
): Promise<{ config: GatewayConfig; entry: Tree | null; freshness: Freshness }> => {
  const { answer, freshness } = await askGateway(ctx, agent, { question: 'config' }, how)
  const { config } = answer
  const entry = below(below(below(config.source, 'agents'), 'entries'), agent.externalId) ?? null
  // So that a change made to this one can be told from what others change, for as long as it is among the newest.
  if (freshness.source === 'live') {
    const at = Date.parse(freshness.at)
    await keepFact(ctx, agent, partOf(config.hash), { entry }, at)
    await configurationSeen(ctx, [agent], config, at)
  }
  return { config, entry, freshness }
}

export const agentConfig = async (ctx: OrganizationContext, id: string): Promise<AgentConfig> => {
  const agent = await getAgent(ctx, id)
  const { config, entry, freshness } = await gatewayConfig(ctx, agent)
  const { hash, valid, issues, source } = config
  const defaults = below(below(source, 'agents'), 'defaults') ?? {}
  const tools = below(source, 'tools') ?? {}
  return { freshness, hash, valid, issues, entry, defaults, tools, bindings: bindingsOf(source, agent.externalId) }
}

const bindingsOf = ({ bindings }: Tree, agent: string): Tree[] =>
  Array.isArray(bindings) ? bindings.filter(isTree).filter(({ agentId }) => agentId === agent) : []

/** The agent's entry as it was under an earlier hash. Throws `stale` when that is too long ago to be known. */
export const entryAt = async (ctx: OrganizationContext, agent: DescribedAgent, hash: string): Promise<Tree | null> => {
  const fact = await factOf(ctx, agent.id, partOf(hash))
  if (!fact || !isTree(fact.value))
    throw new AppError('stale', 'The configuration was changed since. Read it again and make the change to that.')
  return isTree(fact.value.entry) ? Tree.parse(fact.value.entry) : null
}

const partOf = (hash: string): string => `entry:${hash}`

const below = (tree: Tree | undefined, name: string): Tree | undefined => {
  const value = tree && Object.hasOwn(tree, name) ? tree[name] : undefined
  return isTree(value) ? value : undefined
}
