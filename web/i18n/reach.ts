import { dirname, join } from 'node:path'
import { parseSync } from 'vite'

/** What a page may say: its imports, followed from the routes, and the parts of the catalogue that come with it. */

export type Source = { path: string; text: string }
type Edge = { to: string; parts: readonly string[] }
type Node = Record<string, unknown> & { type: string }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
const textOf = (value: unknown) => (isNode(value) && typeof value.value === 'string' ? value.value : null)

/** The modules that a file loads, and the parts of the catalogue that `withMessages` loads beside each. */
const edgesOf = ({ path, text }: Source): Edge[] => {
  const edges: Edge[] = []
  const visit = (value: unknown, parts: readonly string[]): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, parts)
    if (!isNode(value)) return
    const specifier = textOf(value.source)
    const loads = value.type === 'ImportExpression' || /^(Import|Export\w*)Declaration$/.test(value.type)
    if (loads && specifier?.startsWith('.') && value.importKind !== 'type')
      edges.push({ to: join(dirname(path), specifier), parts })
    const isWithMessages =
      value.type === 'CallExpression' && isNode(value.callee) && value.callee.name === 'withMessages'
    const named =
      isWithMessages && Array.isArray(value.arguments) ? value.arguments.flatMap((one) => textOf(one) ?? []) : []
    for (const [key, child] of Object.entries(value)) if (key !== 'parent') visit(child, [...parts, ...named])
  }
  visit(parseSync(path, text).program, [])
  return edges
}

/** Each file that is reached from `entry`, once for each set of parts with which it is. */
export const reachedFrom = (entry: string, sources: readonly Source[]) => {
  const byPath = new Map(sources.map((source) => [source.path, { source, edges: edgesOf(source) }]))
  const reached = new Map<string, { source: Source; parts: readonly string[] }>()
  const follow = (path: string, parts: readonly string[]) => {
    const found = byPath.get(path)
    const name = `${path} ${parts.toSorted().join(' ')}`
    if (!found || reached.has(name)) return
    reached.set(name, { source: found.source, parts })
    for (const edge of found.edges) follow(edge.to, [...new Set([...parts, ...edge.parts])])
  }
  follow(entry, [])
  return [...reached.values()]
}
