import type { SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { worstOf } from '../diff/rules.ts'
import type { Tree } from '../diff/trees.ts'
import type { SnapshotRow } from '../schema.ts'
import { withoutHold } from './held.ts'
import { isModelNamed, withoutIgnored } from './rules.ts'

/**
 * What counts as drift between the trusted content and the newest: not what a gateway writes itself, nor what fits a
 * pattern, nor that an agent's configuration names other models, nor what an order of the kill switch has set as long as it holds the agent or its end was seen.
 */
export const driftBetween = (
  { scope, before, after }: { scope: SnapshotScope; before: Tree; after: Tree },
  { isHeld, cause }: { isHeld: boolean; cause: SnapshotRow['cause'] },
  patterns: readonly string[],
): SemanticDiff => {
  const diff = withoutIgnored(semanticDiff(before, after, scope), patterns)
  if (scope === 'dependency_meta') {
    const changes = diff.changes.filter((change) => !isModelNamed(change))
    return { changes, risk: worstOf(changes.map(({ risk }) => risk)) }
  }
  const isOfHold = scope === 'agent_config' && (isHeld || cause === 'stopped' || cause === 'recovered')
  return isOfHold ? withoutHold(diff) : diff
}
