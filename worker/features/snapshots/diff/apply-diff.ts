import type { SemanticChange, SemanticDiff, Step } from './contract.ts'
import { keysOf } from './lists.ts'
import { isTree, type Tree } from './trees.ts'

/** The changes at a place and below it. */
interface Node {
  change?: SemanticChange
  move?: SemanticChange
  below: Map<string, Node>
}

const gone = Symbol('gone')

/**
 * What `before` is once the changes are made to it, of which the caller may leave out some; `before` stays as it is.
 * `applyDiff(a, semanticDiff(a, b))` is `b`, with the gateway's sentinel where `b` holds a secret that differs.
 */
export const applyDiff = (before: Tree, { changes }: Pick<SemanticDiff, 'changes'>): Tree => {
  const root: Node = { below: new Map() }
  for (const change of changes) {
    const node = change.steps.reduce((at, step) => nodeBelow(at, keyOf(step)), root)
    if (change.kind === 'moved') node.move = change
    else node.change = change
  }
  const after = inTree(before, root, true)
  return isTree(after) ? after : {}
}

const keyOf = (step: Step): string => (typeof step === 'string' ? `.${step}` : step.item)

const nodeBelow = (at: Node, key: string): Node => {
  const known = at.below.get(key) ?? { below: new Map() }
  at.below.set(key, known)
  return known
}

const applied = (value: unknown, node: Node): unknown => {
  if (node.change) return node.change.kind === 'removed' ? gone : node.change.after
  if (node.below.size === 0) return value
  return Array.isArray(value) ? inList(value, node) : inTree(isTree(value) ? value : {}, node, false)
}

/** A tree that loses everything goes too: one that only becomes empty is told as a change of its own. */
const inTree = (tree: Tree, node: Node, isRoot: boolean): unknown => {
  const entries = new Map(Object.entries(tree))
  let isLosing = false
  for (const [key, below] of node.below) {
    const name = key.slice(1)
    const after = applied(entries.get(name), below)
    if (after === gone) {
      isLosing = true
      entries.delete(name)
    } else entries.set(name, after)
  }
  return isLosing && entries.size === 0 && !isRoot ? gone : Object.fromEntries(entries)
}

/** Those that stay keep their order; the others take their new places, from the first to the last. */
const inList = (list: readonly unknown[], node: Node): unknown[] => {
  const coming = [...node.below.values()].flatMap(({ change }) =>
    change?.kind === 'added' && change.to !== null ? [{ to: change.to, item: change.after }] : [],
  )
  const keys = keysOf(list)
  const staying = list.flatMap((item, at) => {
    const below = node.below.get(keys[at] ?? '')
    const after = below ? applied(item, below) : item
    if (after === gone) return []
    const to = below?.move?.to ?? null
    if (to === null) return [after]
    coming.push({ to, item: after })
    return []
  })
  for (const { to, item } of coming.sort((a, b) => a.to - b.to)) staying.splice(to, 0, item)
  return staying
}
