import type { ExplainedTools } from '../explain-tools.ts'
import type { KnownTool } from '../facts.ts'
import { coreTools, goneNames, toolGroups } from '../policy/catalog.ts'
import type { ToolVerdict } from '../policy/contract.ts'
import { type Entry, meantBy, type PluginTools, toolName } from '../policy/names.ts'
import type { PreparedStep } from '../policy/steps.ts'
import type { Finding } from './contract.ts'
import { finding } from './finding.ts'

/** Entries of allow and deny lists that do nothing: they match no tool, or only tools that something else decides. */
export const entryFindings = (
  { pipeline, tools }: ExplainedTools,
  catalog: readonly KnownTool[],
  plugins: PluginTools,
): Finding[] => {
  const names = new Map([...coreTools, ...catalog.map(({ name }) => toolName(name))].map((name) => [name, name]))
  const pluginIds = new Set(catalog.flatMap(({ pluginId }) => (pluginId ? [toolName(pluginId)] : [])))
  const present = tools.filter(({ construction }) => construction.reason !== 'unavailable')
  const living = new Map(present.map((tool) => [toolName(tool.name), tool]))
  return pipeline.steps.flatMap((step) => [
    ...writtenIn(step).flatMap((entry) => emptyEntry(entry, names, pluginIds, plugins, living)),
    ...uselessAllow(step, tools),
    ...deadDenials(step, living, plugins),
  ])
}

/** Entries that a person wrote: not built in, not blank, and not the list of the profile, which is shown elsewhere. */
const writtenIn = ({ step, policy }: PreparedStep): Entry[] =>
  [...(step === 'profile' || step === 'providerProfile' ? [] : (policy?.allow ?? [])), ...(policy?.deny ?? [])].filter(
    ({ entry, path }) => path !== null && entry.trim() !== '',
  )

const emptyEntry = (
  entry: Entry,
  names: ReadonlyMap<string, string>,
  pluginIds: ReadonlySet<string>,
  plugins: PluginTools,
  living: ReadonlyMap<string, ToolVerdict>,
): Finding[] => {
  if (meantBy(entry, living, plugins).length > 0) return []
  const written = toolName(entry.entry)
  const params = { entry: entry.entry }
  const known = toolGroups.has(written) || written === 'group:plugins' || written === 'bundle-mcp'
  // Tools of an MCP server, and of a plugin that is off, are not known before they are there.
  if (known || pluginIds.has(written) || /^[\w-]+__./.test(written)) return []
  if (/^group:.*\*/.test(written)) return [finding('groupPattern', 'warning', [entry.path], { params })]
  const now = goneNames.get(written)
  if (now) return [finding('oldName', 'warning', [entry.path], { params: { ...params, now } })]
  if (meantBy(entry, names, plugins).length > 0) return [finding('entryUnavailable', 'info', [entry.path], { params })]
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
const deadDenials = (
  { step, policy }: PreparedStep,
  living: ReadonlyMap<string, ToolVerdict>,
  plugins: PluginTools,
): Finding[] =>
  (policy?.deny ?? []).flatMap((entry) => {
    if (entry.path === null) return []
    const present = meantBy(entry, living, plugins)
    const others = present.map((tool) => otherRemoval(tool, step))
    const [by] = others
    if (!by || others.some((other) => other === null)) return []
    const params = { entry: entry.entry, step: by }
    return [finding('denyIsDead', 'info', [entry.path], { params, tools: present.map(({ name }) => name) })]
  })

const otherRemoval = (tool: ToolVerdict, step: string): string | null =>
  tool.steps.find((each) => each.step !== step && (each.verdict === 'denied' || each.verdict === 'notAllowed'))?.step ??
  null
