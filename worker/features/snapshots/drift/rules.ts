import type { SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { worstOf } from '../diff/rules.ts'

/** The scopes whose drift is told. */
export const watched: readonly SnapshotScope[] = ['agent_config', 'bindings']

/** What a gateway writes by itself: its own notes, and when something was touched. */
const ignored = /(?:^|\.)(?:meta|lastTouchedAt|lastTouchedVersion|updatedAt|createdAt|lastRunAt)(?:\.|$)/

/** What is left of a difference when nobody minds what the gateway writes itself. */
export const withoutIgnored = ({ changes }: SemanticDiff): SemanticDiff => {
  const left = changes.filter(({ path, category }) => category === 'files' || !ignored.test(path))
  return { changes: left, risk: worstOf(left.map(({ risk }) => risk)) }
}
