import { conditionVariables } from './contract.ts'
import { any, type Node, type Type } from './types.ts'

/** Steps that one condition may need at most: about half a second in the very worst case. */
export const costMax = 500_000
/** The same for all enabled rules of a set together. */
export const costOfAllMax = 100_000_000

const typeOf = (variable: (typeof conditionVariables)[number]): Type => {
  if (variable.type === 'list(string)') return { is: 'list', of: { is: 'string' } }
  if (variable.type === 'map(string, any)') return { is: 'map', of: any }
  if (variable.type === 'string') return { is: 'string', ...(variable.values && { values: variable.values }) }
  if (variable.type === 'int') return { is: 'int', ...(variable.mayBeNull && { mayBeNull: true }) }
  return { is: variable.type }
}

/** What a condition finds under a name, with its greatest size. */
export const rootNodes: ReadonlyMap<string, Node> = (() => {
  const roots = new Map<string, Node>()
  const records = new Map<string, Map<string, Node>>()
  for (const variable of conditionVariables) {
    const node = { type: typeOf(variable), chars: variable.chars ?? 32, items: variable.items ?? 0, cost: 1 }
    const [name = '', field] = variable.name.split('.')
    if (field === undefined) roots.set(name, node)
    else {
      const fields = records.get(name) ?? new Map<string, Node>()
      records.set(name, fields.set(field, node))
      roots.set(name, { type: { is: 'record', name, fields }, chars: 0, items: 0, cost: 1 })
    }
  }
  for (const is of ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type'])
    roots.set(is, { type: { is: 'type' }, chars: 0, items: 0, cost: 1 })
  return roots
})()
