import { Tree } from '../../connectors/link/questions/contract.ts'
import { isTree, ownOf } from './trees.ts'

/** All that stands in a configuration beside single agents, and beside what the gateway notes about the file itself. */
export const sharedIn = (source: Tree): Tree => {
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
