import { globalSections, type PackageSection, packageLimits } from './contract.ts'

const utf8 = new TextEncoder()
const drive = /^[A-Za-z]:/
const control = /\p{Cc}/u
const globals: readonly string[] = globalSections

/** What is wrong with a path, as the end of a sentence; null for one that stays where it is put on every file system. */
export const pathFault = (path: string): string | null => {
  if (!path.isWellFormed()) return 'is no text'
  if (utf8.encode(path).length > packageLimits.pathBytesMax) return `is longer than ${packageLimits.pathBytesMax} bytes`
  if (path !== path.normalize('NFC')) return 'is not in normal form C'
  if (path.includes('\\')) return 'has a backslash'
  if (control.test(path)) return 'has a control character'
  const segments = path.split('/')
  if (segments.some((segment) => segment === '')) return 'is absolute or has an empty part'
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'leads out of its folder'
  if (segments.some((segment) => drive.test(segment))) return 'names a drive'
  return null
}

/** Equal for paths that are one file where case does not count. */
export const pathKey = (path: string): string => path.toLowerCase().toUpperCase().normalize('NFC')

/**
 * The path that an entry has: one for each section of the gateway and of an agent, and for a workspace file its own below
 * the agent's (`file`, else null).
 */
export const entryPath = (section: PackageSection, agent: string | null, file: string | null): string => {
  if (agent === null) return `global/${section}.json`
  return file === null ? `agents/${agent}/${section}.json` : `agents/${agent}/workspace/${file}`
}

/** Whether section, agent and path of an entry say the same. */
export const isPlaced = ({
  path,
  section,
  agent,
}: {
  path: string
  section: PackageSection
  agent: string | null
}): boolean => {
  if (globals.includes(section)) return agent === null && path === entryPath(section, null, null)
  if (agent === null || agent.includes('/')) return false
  if (section !== 'workspace_files') return path === entryPath(section, agent, null)
  const folder = entryPath(section, agent, '')
  return path.startsWith(folder) && path.length > folder.length
}

/** The first path that stands twice, differs from another by case alone, or is a folder of another; null for none. */
export const collidingPath = (paths: readonly string[]): string | null => {
  const keys = new Set<string>()
  for (const path of paths) {
    const key = pathKey(path)
    if (keys.has(key)) return path
    keys.add(key)
  }
  for (const path of paths) {
    const key = pathKey(path)
    for (let at = key.lastIndexOf('/'); at > 0; at = key.lastIndexOf('/', at - 1))
      if (keys.has(key.slice(0, at))) return path
  }
  return null
}
