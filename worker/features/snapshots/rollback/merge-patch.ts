import { isSame, isTree, ownOf, type Tree } from '../diff/trees.ts'

/** RFC 7386: the patch that makes one tree another. A list is one value. Neither holds null, as no configuration does. */
export const mergePatchOf = (before: Tree, after: Tree): Tree => {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  const changed = Object.keys(after).filter((name) => !isSame(ownOf(before, name), after[name]))
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...changed.map((name) => {
      const [old, now] = [ownOf(before, name), after[name]]
      return [name, isTree(old) && isTree(now) ? mergePatchOf(old, now) : now] as const
    }),
  ])
}
