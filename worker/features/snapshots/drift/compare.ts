import type { SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import type { Tree } from '../diff/trees.ts'
import type { SnapshotRow } from '../schema.ts'
import { withoutHold } from './held.ts'
import { withoutIgnored } from './rules.ts'

/**
 * What counts as drift between the trusted content and the newest: not what a gateway writes itself, nor what fits a
 * pattern, nor what an order of the kill switch has set as long as it holds the agent or its end was seen.
 */
export const driftBetween = (
  { scope, before, after }: { scope: SnapshotScope; before: Tree; after: Tree },
  { isHeld, cause }: { isHeld: boolean; cause: SnapshotRow['cause'] },
  patterns: readonly string[],
): SemanticDiff => {
  const diff = withoutIgnored(semanticDiff(before, after, scope), patterns)
  const isOfHold = scope === 'agent_config' && (isHeld || cause === 'stopped' || cause === 'recovered')
  return isOfHold ? withoutHold(diff) : diff
}
