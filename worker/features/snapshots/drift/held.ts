import type { SemanticDiff } from '../diff/contract.ts'
import { worstOf } from '../diff/rules.ts'
import { isTree, ownOf, type Tree } from '../diff/trees.ts'

/** What an order of the kill switch sets at a gateway; docs/design/kill-switch.md says why these two. */
const held = /^(?:tools\.deny|heartbeat\.every)(?:$|[.[])/

/** An entry as an order of the kill switch makes it: every tool denied, and no heartbeat. */
export const isStopped = (entry: Tree): boolean => {
  const [tools, heartbeat] = [ownOf(entry, 'tools'), ownOf(entry, 'heartbeat')]
  const denied = isTree(tools) ? tools.deny : null
  return Array.isArray(denied) && denied.includes('*') && isTree(heartbeat) && heartbeat.every === '0m'
}

/** Whether two entries differ in nothing but what an order sets. */
export const isHoldOnly = ({ changes }: SemanticDiff): boolean =>
  changes.length > 0 && changes.every(({ path }) => held.test(path))

/** What is left when what an order has set does not count. */
export const withoutHold = ({ changes }: SemanticDiff): SemanticDiff => {
  const left = changes.filter(({ path }) => !held.test(path))
  return { changes: left, risk: worstOf(left.map(({ risk }) => risk)) }
}
