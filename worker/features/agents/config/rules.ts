import type { Tree } from '../../connectors/link/questions/contract.ts'
import { sentinel } from '../../connectors/link/questions/contract.ts'
import type { Difference } from './contract.ts'

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

/** RFC 7386: what a document is once the patch is applied; null in a patch takes away. */
export const patched = (value: unknown, patch: unknown): unknown => {
  if (!isTree(patch)) return patch
  const next = new Map(isTree(value) ? Object.entries(value) : [])
  for (const [name, inner] of Object.entries(patch)) {
    if (inner === null) next.delete(name)
    else next.set(name, patched(next.get(name), inner))
  }
  return Object.fromEntries(next)
}

/** Where two entries differ, down to the single value; a list is one value. Sorted by path. */
export const differencesOf = (before: unknown, after: unknown, path: readonly string[] = []): Difference[] => {
  if (isSame(before, after)) return []
  const [left, right] = [isTree(before) ? before : undefined, isTree(after) ? after : undefined]
  const isLeaf = (!left && before !== undefined) || (!right && after !== undefined)
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])].sort()
  if (path.length > 0 && (isLeaf || names.length === 0))
    return [
      {
        path: path.join('.'),
        kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
        before: before ?? null,
        after: after ?? null,
      },
    ]
  return names.flatMap((name) => differencesOf(own(left, name), own(right, name), [...path, name]))
}

const own = (tree: Tree | undefined, name: string): unknown =>
  tree && Object.hasOwn(tree, name) ? tree[name] : undefined

/** Paths that both touch: equal ones, and one that lies below the other. */
export const collisionsOf = (mine: readonly Difference[], theirs: readonly Difference[]): string[] => {
  const touches = (a: string, b: string) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
  return mine.filter(({ path }) => theirs.some((other) => touches(path, other.path))).map(({ path }) => path)
}

/** Lists that lose an item: the gateway takes such a patch only when it names them. */
export const replacedLists = (before: unknown, after: unknown, path: readonly string[] = []): string[] => {
  if (Array.isArray(before)) {
    const isKept = Array.isArray(after) && before.every((item) => after.some((other) => isSame(item, other)))
    return isKept ? [] : [path.join('.')]
  }
  if (!isTree(before)) return []
  return Object.entries(before).flatMap(([name, value]) =>
    replacedLists(value, own(isTree(after) ? after : undefined, name), [...path, name]),
  )
}

const secretName =
  /(^|[a-z_-])(token|secret|password|passphrase|api[-_]?key|private[-_]?key|credentials?|authorization)$/i

/**
 * Changes that may not be made from here: nobody sees a secret, so nobody can say what a new one replaces, and none goes
 * through the cloud. To take one away is allowed.
 */
export const secretsIn = (differences: readonly Difference[]): string[] =>
  differences
    .filter(({ path, kind, after }) => {
      if (kind === 'removed') return false
      const isText = typeof after === 'string' && after !== ''
      return (
        holdsSentinel(after) ||
        (isText && path.split('.').some((name) => secretName.test(name))) ||
        holdsSecretName(after)
      )
    })
    .map(({ path }) => path)

const holdsSentinel = (value: unknown): boolean => JSON.stringify(value).includes(sentinel)

/** Below a list the names of secrets stand in the value itself. */
const holdsSecretName = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsSecretName)
  if (!isTree(value)) return false
  return Object.entries(value).some(
    ([name, inner]) => (typeof inner === 'string' && inner !== '' && secretName.test(name)) || holdsSecretName(inner),
  )
}
