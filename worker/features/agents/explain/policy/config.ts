/**
 * Reading of a gateway's configuration as it comes: newer gateways have keys that we do not know, and a change that is
 * only being considered may be wrong anywhere. What is not of the expected shape counts as not given.
 */
export type Section = Readonly<Record<string, unknown>>

export const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The section at a path, or an empty one. */
export const sectionAt = (config: unknown, ...keys: string[]): Section => {
  const found = valueAt(config, ...keys)
  return isSection(found) ? found : {}
}

/** What stands at a path; undefined where nothing does. */
export const valueAt = (config: unknown, ...keys: string[]): unknown => {
  let here = config
  for (const key of keys) {
    if (!isSection(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

export const textAt = (section: Section, key: string): string | undefined => {
  const value = section[key]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

export const numberAt = (section: Section, key: string): number | undefined => {
  const value = section[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A list of a policy; undefined where there is none, which differs from an empty one. */
export const listAt = (section: Section, key: string): string[] | undefined => {
  const value = section[key]
  return Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? each : '')) : undefined
}

/** The path of a key below a path; keys with a dot or a quote of their own stand in brackets. */
export const below = (path: string, key: string): string => {
  if (!/^[\w*@/:+-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

export const pathOf = (...keys: string[]): string => keys.reduce(below, '')

/** An agent's own section; also for the agent `main` of a gateway whose configuration lists none. */
export const agentSection = (config: unknown, agentId: string): { key: string; section: Section; path: string } => {
  const entries = sectionAt(config, 'agents', 'entries')
  const key = Object.keys(entries).find((each) => each.trim().toLowerCase() === agentId.toLowerCase()) ?? agentId
  return { key, section: sectionAt(entries, key), path: pathOf('agents', 'entries', key) }
}
