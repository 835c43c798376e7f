export type Tree = { [name: string]: unknown }

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON merge patch, and the paths of the lists in it that lose entries: the gateway wants those named. */
export type MergePatch = { patch: Tree; replacePaths: string[] }

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What makes `after` of `before` and touches nothing that is the same in both. */
export function mergePatchOf(before: Tree, after: Tree, path: readonly string[] = []): MergePatch {
  const patch: Tree = {}
  const replacePaths: string[] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]]
    if (same(was, is)) continue
    const here = [...path, name]
    if (isTree(was) && isTree(is)) {
      const inner = mergePatchOf(was, is, here)
      patch[name] = inner.patch
      replacePaths.push(...inner.replacePaths)
      continue
    }
    patch[name] = is === undefined ? null : is
    replacePaths.push(...lostLists(was, is, here))
  }
  return { patch, replacePaths }
}

/** Every list at or below a value that is not there any more, or has entries which are not. */
function lostLists(was: unknown, is: unknown, path: readonly string[]): string[] {
  if (Array.isArray(was)) {
    const isKept = Array.isArray(is) && was.every((item) => is.some((other) => same(other, item)))
    return isKept ? [] : [path.join('.')]
  }
  if (!isTree(was)) return []
  return Object.entries(was).flatMap(([name, value]) =>
    lostLists(value, isTree(is) ? is[name] : undefined, [...path, name]),
  )
}
