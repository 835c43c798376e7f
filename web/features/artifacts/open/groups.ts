import type { PackageEntry, PackageManifest } from '../../../../cbpkg/contract.ts'

/** An entry and its place in the package. */
export type Placed = PackageEntry & { index: number }
export interface Group {
  /** Null for what concerns the whole gateway. */
  agent: PackageManifest['agents'][number] | null
  entries: Placed[]
}

/** Notes of the package about the files beside it, which are no files of anybody. */
const isNote = ({ path, section }: PackageEntry): boolean =>
  section === 'workspace_files' && path.endsWith('/workspace/.clawbutler-package.json')

/** What people look for in a package. */
export const withoutNotes = <T extends PackageEntry>(entries: readonly T[]): T[] =>
  entries.filter((entry) => !isNote(entry))

/** The entries whose path contains `query`, the gateway's first and then agent by agent, as the manifest has them. */
export const groupsOf = ({ agents, entries }: Pick<PackageManifest, 'agents' | 'entries'>, query: string): Group[] => {
  const wanted = query.trim().toLowerCase()
  const found = withoutNotes(entries.map((entry, index) => ({ ...entry, index }))).filter(({ path }) =>
    path.toLowerCase().includes(wanted),
  )
  const byAgent = Map.groupBy(found, ({ agent }) => agent)
  const groups = [null, ...agents].map((agent) => ({ agent, entries: byAgent.get(agent?.id ?? null) ?? [] }))
  return groups.filter((group) => group.entries.length > 0)
}

/** What is left of a path below its group's folder. */
export const shortPath = ({ path, agent }: PackageEntry): string =>
  path.slice(agent === null ? 'global/'.length : `agents/${agent}/`.length)
