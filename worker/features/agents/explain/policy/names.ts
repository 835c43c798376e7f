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
  const shipped = shippedNames.get(name)
  return shipped ? shipped.flatMap((each) => opened(each, plugins)) : opened(name, plugins)
}

const opened = (name: string, plugins: PluginTools): readonly string[] => {
  if (name === 'group:plugins' && plugins.all.length > 0) return plugins.all
  return plugins.byPlugin.get(name) ?? toolGroups.get(name) ?? [name]
}

/** Answers the entry that a name matches, exact names before patterns. */
export type Matcher = (name: string) => Entry | null

/**
 * Only `*` is a wildcard; every other character means itself. No regular expression: a list may hold hundreds of
 * patterns, and one with many stars must not take longer than the others.
 */
export const patternOf = (pattern: string): ((name: string) => boolean) => {
  const pieces = pattern.split(/\*+/)
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return (name) => name === first
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
    let at = first.length
    for (const piece of rest) {
      const found = name.indexOf(piece, at)
      if (found < 0 || found + piece.length > name.length - last.length) return false
      at = found + piece.length
    }
    return true
  }
}

/** Prepared once for all tools of a policy. */
export const matcherOf = (entries: readonly Entry[], plugins: PluginTools): Matcher & { readonly size: number } => {
  const exact = new Map<string, Entry>()
  const patterns: { test: (name: string) => boolean; entry: Entry }[] = []
  let everything: Entry | null = null
  let size = 0
  for (const entry of entries)
    for (const meaning of meaningsOf(entry.entry, plugins)) {
      size += 1
      if (meaning === '*') everything ??= entry
      else if (meaning.includes('*')) patterns.push({ test: patternOf(meaning), entry })
      else if (!exact.has(meaning)) exact.set(meaning, entry)
    }
  const match = (name: string) => exact.get(name) ?? patterns.find(({ test }) => test(name))?.entry ?? everything
  return Object.assign(match, { size })
}

/** What of a table an entry means, by name: a name is looked up, only a pattern is held against all. */
export const meantBy = <T>(entry: Entry, table: ReadonlyMap<string, T>, plugins: PluginTools): T[] => {
  const found: T[] = []
  for (const meaning of meaningsOf(entry.entry, plugins)) {
    const named = table.get(meaning)
    if (named !== undefined) found.push(named)
    if (!meaning.includes('*')) continue
    const test = patternOf(meaning)
    for (const [name, value] of table) if (test(name)) found.push(value)
  }
  return found
}
