import { aliases, shippedNames, toolGroups } from './catalog.ts'

/** One line of a list: as it was written, and where. A built-in rule stands nowhere. */
export interface Entry {
  readonly entry: string
  readonly path: string | null
}

/** Tools of plugins: all of them, and each plugin's own. Entries may name them together. */
export interface PluginTools {
  readonly all: readonly string[]
  readonly byPlugin: ReadonlyMap<string, readonly string[]>
}

export const noPlugins: PluginTools = { all: [], byPlugin: new Map() }

/** The name by which a tool is compared. */
export const toolName = (written: string): string => {
  const name = written.trim().toLowerCase()
  return aliases.get(name) ?? name
}

/** What an entry stands for: names and patterns. Groups and plugins are opened, old names replaced; blank is nothing. */
export const meaningsOf = (written: string, plugins: PluginTools): readonly string[] => {
  const name = toolName(written)
  if (name === '') return []
  return (shippedNames.get(name) ?? [name]).flatMap((each) => {
    if (each === 'group:plugins' && plugins.all.length > 0) return plugins.all
    return plugins.byPlugin.get(each) ?? toolGroups.get(each) ?? [each]
  })
}

/** Answers the entry that a name matches, exact names before patterns. */
export type Matcher = (name: string) => Entry | null

/** Only `*` is a wildcard; every other character means itself. */
export const patternOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replace(/\*+/g, '.*')}$`, 's')

/** Prepared once for all tools of a policy. */
export const matcherOf = (entries: readonly Entry[], plugins: PluginTools): Matcher & { readonly size: number } => {
  const exact = new Map<string, Entry>()
  const patterns: { test: RegExp; entry: Entry }[] = []
  let everything: Entry | null = null
  let size = 0
  for (const entry of entries)
    for (const meaning of meaningsOf(entry.entry, plugins)) {
      size += 1
      if (meaning === '*') everything ??= entry
      else if (meaning.includes('*')) patterns.push({ test: patternOf(meaning), entry })
      else if (!exact.has(meaning)) exact.set(meaning, entry)
    }
  const match = (name: string) => exact.get(name) ?? patterns.find(({ test }) => test.test(name))?.entry ?? everything
  return Object.assign(match, { size })
}
