import type { Tree } from '../../connectors/link/questions/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { isTree } from '../diff/trees.ts'
import { isModelNamed } from '../drift/rules.ts'

/**
 * Whether dependencies are what they were, and only told in more detail than before: a version that nobody told until
 * now, by a connector or a gateway that is newer. Nobody has changed anything then; nor has anybody changed them when the
 * configuration names other models, which is a version of its own.
 */
export const isOnlyMoreDetail = (before: Tree, after: Tree): boolean => {
  const known = { ...before, plugins: Array.isArray(before.plugins) ? before.plugins.map(withoutVersion) : [] }
  const { changes } = semanticDiff(known, after, 'dependency_meta')
  return changes.every((change) => {
    const { steps, before: was } = change
    if (isModelNamed(change)) return true
    const last = steps.at(-1)
    return was === null && (last === 'version' || last === 'content' || (steps.length === 1 && last === 'tools'))
  })
}

/** Plugins once stood by their names alone. */
const withoutVersion = (plugin: unknown): unknown => (isTree(plugin) ? plugin : { id: plugin, version: null })
