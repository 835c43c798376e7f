import type { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'

/** An agent's entry as it is edited: pure, so that what is sent can be proven without a browser. */
export type Path = readonly string[]
/** One value that differs. A list is one value. Undefined stands for what is not there. */
export interface Change {
  path: Path
  before: unknown
  after: unknown
}

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Equal as JSON, whatever the order of names. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isSame(item, b[at]))
  if (!isTree(a) || !isTree(b)) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  )
}

/** Undefined where there is nothing. */
export const valueAt = (value: unknown, [name, ...rest]: Path): unknown => {
  if (name === undefined) return value
  return isTree(value) && Object.hasOwn(value, name) ? valueAt(value[name], rest) : undefined
}

/** The tree with another value at a path; undefined takes it away, and with it what then holds nothing any more. */
export const withValue = (tree: Tree, [name, ...rest]: Path, value: unknown): Tree => {
  if (name === undefined) return isTree(value) ? value : {}
  const { [name]: held, ...others } = tree
  const isEmptied = (inner: Tree) => value === undefined && Object.keys(inner).length === 0
  if (rest.length === 0) return value === undefined ? others : { ...tree, [name]: value }
  if (value === undefined && !isTree(held)) return tree
  const inner = withValue(isTree(held) ? held : {}, rest, value)
  return isEmptied(inner) ? others : { ...tree, [name]: inner }
}

/** Where two entries differ, down to the single value, in the order of names. */
export const changesBetween = (before: unknown, after: unknown, path: Path = []): Change[] => {
  if (isSame(before, after)) return []
  const [left, right] = [isTree(before) ? before : undefined, isTree(after) ? after : undefined]
  const isLeaf = (!left && before !== undefined) || (!right && after !== undefined)
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])].sort()
  if (path.length > 0 && (isLeaf || names.length === 0)) return [{ path, before, after }]
  return names.flatMap((name) => changesBetween(valueAt(left, [name]), valueAt(right, [name]), [...path, name]))
}

/** The merge patch (RFC 7386) that makes one entry of the other; null in it takes away. */
export const patchBetween = (before: Tree, after: Tree): Tree => {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  const told = Object.entries(after).flatMap(([name, value]): [string, unknown][] => {
    const held = valueAt(before, [name])
    if (isSame(held, value)) return []
    return [[name, isTree(held) && isTree(value) ? patchBetween(held, value) : value]]
  })
  return Object.fromEntries([...gone.map((name): [string, unknown] => [name, null]), ...told])
}

/** What a list gains and loses, whatever its order; both empty when it only changes that. */
export const listChange = (before: unknown, after: unknown): { gained: unknown[]; lost: unknown[] } => {
  const [left, right] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []]
  const without = (items: unknown[], others: unknown[]) =>
    items.filter((item) => !others.some((other) => isSame(item, other)))
  return { gained: without(right, left), lost: without(left, right) }
}

/** Dots between the names, as the gateway writes it. */
export const dotted = (path: Path): string => path.join('.')
