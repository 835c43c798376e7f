import type { Finding, ToolVerdict } from '../contract.ts'
import type { ExplainedTools } from '../explain-tools.ts'
import type { KnownTool } from '../facts.ts'
import { coreTools, goneNames, toolGroups } from '../policy/catalog.ts'
import { type Entry, matcherOf, meaningsOf, type PluginTools, toolName } from '../policy/names.ts'
import type { PreparedStep } from '../policy/steps.ts'
import { finding } from './finding.ts'

/** Entries of allow and deny lists that do nothing: they match no tool, or only tools that something else decides. */
export const entryFindings = (
  { pipeline, tools }: ExplainedTools,
  catalog: readonly KnownTool[],
  plugins: PluginTools,
): Finding[] => {
  const names = new Set([...coreTools, ...catalog.map(({ name }) => toolName(name))])
  const pluginIds = new Set(catalog.flatMap(({ pluginId }) => (pluginId ? [toolName(pluginId)] : [])))
  const living = tools.filter(({ construction }) => construction.reason !== 'unavailable')
  return pipeline.steps.flatMap((step) => [
    ...writtenIn(step).flatMap((entry) => emptyEntry(entry, names, pluginIds, plugins, living)),
    ...uselessAllow(step, tools),
    ...deadDenials(step, tools, plugins),
  ])
}

/** Entries that a person wrote: not built in, not blank, and not the list of the profile, which is shown elsewhere. */
const writtenIn = ({ step, policy }: PreparedStep): Entry[] =>
  [...(step === 'profile' || step === 'providerProfile' ? [] : (policy?.allow ?? [])), ...(policy?.deny ?? [])].filter(
    ({ entry, path }) => path !== null && entry.trim() !== '',
  )

const emptyEntry = (
  entry: Entry,
  names: ReadonlySet<string>,
  pluginIds: ReadonlySet<string>,
  plugins: PluginTools,
  living: readonly ToolVerdict[],
): Finding[] => {
  const match = matcherOf([entry], plugins)
  if (living.some(({ name }) => match(toolName(name)))) return []
  const written = toolName(entry.entry)
  const params = { entry: entry.entry }
  const known = toolGroups.has(written) || written === 'group:plugins' || written === 'bundle-mcp'
  // Tools of an MCP server, and of a plugin that is off, are not known before they are there.
  if (known || pluginIds.has(written) || /^[\w-]+__./.test(written)) return []
  if (/^group:.*\*/.test(written)) return [finding('groupPattern', 'warning', [entry.path], { params })]
  const now = goneNames.get(written)
  if (now) return [finding('oldName', 'warning', [entry.path], { params: { ...params, now } })]
  const unavailable = meaningsOf(entry.entry, plugins).some((meaning) => names.has(meaning))
  if (unavailable || [...names].some((name) => match(name)))
    return [finding('entryUnavailable', 'info', [entry.path], { params })]
  return [finding('entryMatchesNothing', 'warning', [entry.path], { params })]
}

/** Names in an allow list do not add to a profile, and a list of nothing but unknown names lets nothing through. */
const uselessAllow = ({ step, policy, paths }: PreparedStep, tools: readonly ToolVerdict[]): Finding[] => {
  if (!policy?.allow || policy.addsOnly || step === 'profile' || step === 'providerProfile') return []
  const verdicts = tools.map((tool) => ({ tool, at: tool.steps.find((each) => each.step === step) }))
  const restricts = verdicts.some(({ at }) => at?.verdict === 'notAllowed')
  if (restricts && !verdicts.some(({ at }) => at?.verdict === 'passed'))
    return [finding('allowMatchesNothing', 'danger', paths)]
  const blocked = new Map<string, { path: string | null; tools: string[]; entry: string }>()
  for (const { tool, at } of verdicts) {
    const removed = tool.decidedBy === 'profile' || tool.decidedBy === 'providerProfile'
    if (!removed || at?.verdict !== 'passed' || !at.by?.path || !isExact(at.by.entry)) continue
    const known = blocked.get(at.by.path) ?? { path: at.by.path, tools: [], entry: at.by.entry }
    known.tools.push(tool.name)
    blocked.set(at.by.path, known)
  }
  return [...blocked.values()].map(({ path, tools: lost, entry }) =>
    finding('allowDoesNotWiden', 'warning', [path], { params: { entry }, tools: lost }),
  )
}

/** Only who names a tool expects to get it; of groups and patterns many tools are always out. */
const isExact = (entry: string): boolean => !entry.includes('*') && !entry.toLowerCase().includes('group:')

/** A denial that may be deleted without giving anything back: everything it names is withheld without it. */
const deadDenials = ({ step, policy }: PreparedStep, tools: readonly ToolVerdict[], plugins: PluginTools): Finding[] =>
  (policy?.deny ?? []).flatMap((entry) => {
    if (entry.path === null || entry.entry.trim() === '') return []
    const match = matcherOf([entry], plugins)
    const named = tools.filter(({ name }) => match(toolName(name)))
    const present = named.filter(({ construction }) => construction.reason !== 'unavailable')
    const others = present.map((tool) => otherRemoval(tool, step))
    if (present.length === 0 || others.some((other) => other === null)) return []
    const by = [...new Set(others)].filter((each) => each !== null)
    return [
      finding('denyIsDead', 'info', [entry.path], {
        params: { entry: entry.entry, step: by[0] ?? '' },
        tools: present.map(({ name }) => name),
      }),
    ]
  })

const otherRemoval = (tool: ToolVerdict, step: string): string | null =>
  tool.steps.find((each) => each.step !== step && each.verdict !== 'passed')?.step ?? null
