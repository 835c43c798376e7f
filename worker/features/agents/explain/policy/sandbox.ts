import { sandboxAllow, sandboxDeny } from './catalog.ts'
import { agentSection, listAt, sectionAt } from './config.ts'
import { type Entry, matcherOf, meaningsOf, noPlugins, toolName } from './names.ts'
import { builtIn, entriesAt, type Policy } from './scope.ts'

export interface SandboxRules extends Policy {
  /** Where the lists come from; null is the built-in one. */
  allowPath: string | null
  denyPath: string | null
  /** Tools that the built-in list denies and this configuration does not, by naming them or by a list of its own. */
  lifted: string[]
  replacesDeny: boolean
}

/** The lists of a sandbox. Each field is the agent's, else the global one, else built in; they are never merged. */
export const sandboxRulesOf = (config: unknown, agentId: string): SandboxRules => {
  const { section, path } = agentSection(config, agentId)
  const agent = sectionAt(section, 'tools', 'sandbox', 'tools')
  const global = sectionAt(config, 'tools', 'sandbox', 'tools')
  const pick = (field: string): Entry[] | null => {
    const own = listAt(agent, field)
    if (own) return entriesAt(own, `${path}.tools.sandbox.tools.${field}`)
    const shared = listAt(global, field)
    return shared ? entriesAt(shared, `tools.sandbox.tools.${field}`) : null
  }
  const given = { allow: pick('allow'), also: pick('alsoAllow') ?? [], deny: pick('deny') }
  const named = matcherOf([...(given.allow ?? []), ...given.also], noPlugins)
  const lifted = sandboxDeny.filter((name) => named(toolName(name)))
  const deny = withImage(given.deny ?? builtIn(sandboxDeny.filter((name) => !lifted.includes(name))))
  const allow = allowed(given.allow, given.also)
  const names = new Set([...allow, ...deny].flatMap(({ entry }) => meaningsOf(entry, noPlugins)))
  if (allow.length > 0 && !names.has('view_image')) allow.push({ entry: 'view_image', path: null })
  return {
    allow: allow.length > 0 ? allow : null,
    deny,
    addsOnly: false,
    allowPath: sourceOf([...(given.allow ?? []), ...given.also]),
    denyPath: given.deny ? (sourceOf(given.deny) ?? 'tools.sandbox.tools.deny') : null,
    lifted: given.deny ? sandboxDeny.filter((name) => !matcherOf(deny, noPlugins)(toolName(name))) : lifted,
    replacesDeny: given.deny !== null,
  }
}

const allowed = (allow: Entry[] | null, also: Entry[]): Entry[] => {
  if (allow?.length === 0) return []
  return [...(allow ?? builtIn(sandboxAllow)), ...also]
}

/** Here, and nowhere else, the old name `image` still denies `view_image`. */
const withImage = (deny: Entry[]): Entry[] => {
  const match = matcherOf(deny, noPlugins)
  const image = match('image')
  return image && !match('view_image') ? [...deny, { entry: 'view_image', path: image.path }] : [...deny]
}

const sourceOf = (entries: readonly Entry[]): string | null => {
  const path = entries.find((entry) => entry.path !== null)?.path
  return path ? path.replace(/\.\d+$/, '') : null
}
