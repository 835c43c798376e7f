import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import { marker } from '../redact/marker.ts'

/** Values for what a package leaves to be filled in, by the path that the package's list of placeholders gives. */
export type Fill = ReadonlyMap<string, unknown>

/** The tree of an entry with what was given filled in. */
export function filled(tree: Tree, entry: string, fill: Fill): Tree {
  const put = (value: unknown, names: readonly string[], given: unknown): unknown => {
    const [name, ...rest] = names
    if (name === undefined) return given
    if (Array.isArray(value)) return value.map((item, at) => (String(at) === name ? put(item, rest, given) : item))
    if (!isTree(value) || !Object.hasOwn(value, name)) return value
    return { ...value, [name]: put(value[name], rest, given) }
  }
  let result: unknown = tree
  for (const [path, given] of fill) {
    const [of, pointer] = path.split('#', 2)
    if (of !== entry || pointer === undefined) continue
    const names = pointer
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    result = put(result, names, given)
  }
  return isTree(result) ? result : {}
}

const identifying = ['id', 'key', 'name'] as const

/**
 * What is still to be filled in stays as the gateway has it; where it has nothing, it is left out. A list whose items are to
 * be filled in stays whole where the gateway has one.
 */
export function withoutMarkers(value: unknown, now: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.includes(marker)) return value
    return typeof now === 'string' || value === marker ? now : value
  }
  if (Array.isArray(value)) {
    const isOpen = value.some((item) => typeof item === 'string' && item.includes(marker))
    if (isOpen && Array.isArray(now)) return now
    return value.flatMap((item) => {
      const resolved = withoutMarkers(item, matching(item, now))
      return resolved === undefined ? [] : [resolved]
    })
  }
  if (!isTree(value)) return value
  const was = isTree(now) ? now : {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const resolved = withoutMarkers(inner, was[name])
      return resolved === undefined ? [] : [[name, resolved]]
    }),
  )
}

function matching(item: unknown, list: unknown): unknown {
  if (!isTree(item) || !Array.isArray(list)) return undefined
  const field = identifying.find((name) => typeof item[name] === 'string' && item[name] !== marker)
  return field && list.find((other) => isTree(other) && other[field] === item[field])
}
