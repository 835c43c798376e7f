import { Refusal } from './protocol.ts'

export type Tree = { [name: string]: unknown }
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON merge patch as the gateway applies it: entries of arrays go only where `replaced` names the array. */
export function merged(current: unknown, patch: unknown, path: string, replaced: ReadonlySet<string>): unknown {
  if (Array.isArray(current) && !replaced.has(path)) {
    const kept = Array.isArray(patch) ? current.filter((item) => patch.includes(item)) : []
    if (!Array.isArray(patch) || kept.length < current.length) {
      throw new Refusal(
        'INVALID_REQUEST',
        `config.patch would remove entries from array path(s): ${path}. Pass replacePaths to confirm.`,
      )
    }
  }
  if (patch === null && isTree(current)) {
    for (const [name, value] of Object.entries(current)) merged(value, null, below(path, name), replaced)
  }
  if (!isTree(patch)) return patch
  const next: Tree = isTree(current) ? { ...current } : {}
  for (const [name, value] of Object.entries(patch)) {
    const result = merged(next[name], value, below(path, name), replaced)
    if (value === null) delete next[name]
    else next[name] = result
  }
  return next
}

const below = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)
