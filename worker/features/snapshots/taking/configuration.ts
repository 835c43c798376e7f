import type { OrganizationContext } from '../../../platform/context.ts'
import { type GatewayConfig, Tree } from '../../connectors/link/questions/contract.ts'
import { isTree, ownOf } from '../diff/trees.ts'
import { type Seen, takeSnapshots } from './take.ts'

interface Agent {
  id: string
  externalId: string
  connectorId: string
}

/** A gateway told its configuration at that moment: whatever differs for one of these agents becomes a version. */
export const configurationSeen = (
  ctx: OrganizationContext,
  agents: readonly Agent[],
  config: GatewayConfig,
  at: number,
): Promise<void> =>
  takeSnapshots(
    ctx,
    agents.flatMap((agent) => contentsOf(agent, config.source)),
    { reference: config.hash, at },
  )

/** No entry is told like an empty one: both say that everything comes from the defaults. */
const contentsOf = (agent: Agent, source: Tree): Seen[] => {
  const entries = treeBelow(treeBelow(source, 'agents'), 'entries')
  const bindings = ownOf(source, 'bindings')
  const own = Array.isArray(bindings)
    ? bindings.filter((each) => isTree(each) && each.agentId === agent.externalId)
    : []
  return [
    { agent, scope: 'agent_config', content: treeBelow(entries, agent.externalId) },
    { agent, scope: 'bindings', content: { bindings: own } },
  ]
}

const treeBelow = (tree: Tree, name: string): Tree => {
  const value = ownOf(tree, name)
  return isTree(value) ? Tree.parse(value) : {}
}
