import type { OrganizationContext } from '../../../platform/context.ts'
import { type GatewayConfig, Tree } from '../../connectors/link/questions/contract.ts'
import { isTree, ownOf } from '../diff/trees.ts'
import { type Seen, takeSnapshots } from './take.ts'

interface Agent {
  id: string
  externalId: string
  connectorId: string
}

/**
 * A gateway told its configuration at that moment: whatever differs for one of these agents becomes a version. Of a file
 * that it can not read, such as one that an editor is about to write, it tells nothing, and that is no configuration.
 */
export const configurationSeen = async (
  ctx: OrganizationContext,
  agents: readonly Agent[],
  config: GatewayConfig,
  at: number,
): Promise<void> => {
  if (isUnread(config)) return
  await takeSnapshots(
    ctx,
    [...agents.flatMap((agent) => contentsOf(agent, config.source)), ...sharedOf(agents, config.source)],
    { reference: config.hash, at },
  )
}

/** Its gateway could not read the file at all. One that it reads and finds wrong is told whole. */
export const isUnread = ({ valid, source }: GatewayConfig): boolean => !valid && Object.keys(source).length === 0

const contentsOf = (agent: Agent, source: Tree): Seen[] => {
  const { agent_config, bindings } = contentsIn(agent.externalId, source)
  return [
    { agent, scope: 'agent_config', content: agent_config },
    { agent, scope: 'bindings', content: bindings },
  ]
}

/** What all of these agents share, once for each gateway. */
const sharedOf = (agents: readonly Agent[], source: Tree): Seen[] =>
  [...new Set(agents.map(({ connectorId }) => connectorId))].map((connectorId) => ({
    agent: { id: connectorId, connectorId },
    scope: 'gateway_config',
    content: sharedIn(source),
  }))

/** All that stands in a configuration beside single agents, and beside what the gateway notes about the file itself. */
const sharedIn = (source: Tree): Tree => {
  const agents = without(treeBelow(source, 'agents'), ['entries'])
  const rest = without(source, ['meta', 'bindings', 'agents'])
  return Object.keys(agents).length > 0 ? { ...rest, agents } : rest
}

const without = (tree: Tree, names: readonly string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => !names.includes(name)))

/** What a configuration says of one agent. No entry is told like an empty one: everything comes from the defaults. */
export const contentsIn = (externalId: string, source: Tree) => {
  const entries = treeBelow(treeBelow(source, 'agents'), 'entries')
  const bindings = ownOf(source, 'bindings')
  const own = Array.isArray(bindings) ? bindings.filter((each) => isTree(each) && each.agentId === externalId) : []
  return { agent_config: treeBelow(entries, externalId), bindings: { bindings: own } }
}

const treeBelow = (tree: Tree, name: string): Tree => {
  const value = ownOf(tree, name)
  return isTree(value) ? Tree.parse(value) : {}
}
