import type { ConfigSchema } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { changesBetween, isTree, type Path } from '../../draft/entry.ts'

type Child = Pick<ConfigSchema['children'][number], 'key' | 'title' | 'description' | 'isAdvanced' | 'type'>

/** A place in the entry: its own path, and its path in the schema, where names that people choose stand as `*`. */
export interface Place {
  path: Path
  lookedUp: Path
  title: string | null
  description: string | null
  isAdvanced: boolean
  /** Settings lie below it, so that it opens instead of being edited. */
  isGroup: boolean
}

/** What lies below a place: by the schema, and where that leaves the names to people, those that are there. */
export const placesBelow = (
  at: Pick<Place, 'path' | 'lookedUp'>,
  children: readonly Child[],
  value: unknown,
): Place[] =>
  children.flatMap((child) => {
    const names = child.key === '*' ? (isTree(value) ? Object.keys(value) : []) : [child.key]
    const isGroup = child.type === 'object'
    return names.map((name) => ({
      path: [...at.path, name],
      lookedUp: [...at.lookedUp, child.key],
      title: child.title,
      description: child.description,
      // The gateway calls nearly every group advanced; folded away are single settings only.
      isAdvanced: child.isAdvanced && !isGroup,
      isGroup,
    }))
  })

/** Every value that is set in an entry, in the order of names. */
export const pathsSet = (entry: unknown): Path[] => changesBetween({}, entry).map(({ path }) => path)

/** Below these, by the gateway's schema, people choose the names themselves. */
const freeBelow = [
  'models',
  'models.*.params',
  'params',
  'tools.byProvider',
  'tools.toolsBySender',
  'tools.elevated.allowFrom',
  'tools.exec.safeBinProfiles',
  'sandbox.docker.env',
  'sandbox.docker.ulimits',
  'memory.search.remote.headers',
]

/** The schema's path of a value's path. */
export const lookedUpOf = (path: Path): Path => {
  const above: string[] = []
  for (const name of path) above.push(freeBelow.includes(above.join('.')) ? '*' : name)
  return above
}

/** Whether a place answers to what is searched: each word in its path, title or description. */
export const answersTo = (place: Pick<Place, 'path' | 'title' | 'description'>, query: string): boolean => {
  const text = `${place.path.join('.')} ${place.title ?? ''} ${place.description ?? ''}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
