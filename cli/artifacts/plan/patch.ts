import canonicalize from 'canonicalize'
import { isTree, type MergePatch, mergePatchOf, type Tree } from '../../plugin/merge-patch.ts'
import type { Content } from '../sections/content.ts'
import { joinSections } from '../sections/join.ts'

/**
 * What makes one configuration of another; lists whose items only name their fields in another order are the same. Each
 * list that changes is named, for the gateway is to take it as it is: it would keep entries that go, and match some by id.
 */
export function configurationPatch(now: Content, wanted: Content): MergePatch {
  const [before, after] = [ordered(joinSections(now)), ordered(joinSections(wanted))]
  const { patch } = mergePatchOf(before, after)
  return { patch, replacePaths: changedLists(before, after, []) }
}

function changedLists(before: unknown, after: unknown, path: readonly string[]): string[] {
  if (Array.isArray(before)) return JSON.stringify(before) === JSON.stringify(after) ? [] : [path.join('.')]
  if (!isTree(before)) return []
  return Object.entries(before).flatMap(([name, value]) =>
    changedLists(value, isTree(after) ? after[name] : undefined, [...path, name]),
  )
}

/** The same with all names sorted. */
const ordered = (tree: Tree): Tree => {
  const parsed: unknown = JSON.parse(canonicalize(tree) ?? '{}')
  return isTree(parsed) ? parsed : {}
}
