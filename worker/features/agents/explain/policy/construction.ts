import type { KnownTool } from '../facts.ts'
import { type Situation, shapeOf } from '../situation.ts'
import { leanDrops, primaryOnly, surfaceAllow, surfaceDeny } from './catalog.ts'
import { agentSection, sectionAt } from './config.ts'
import type { constructionReasons, PolicyStep } from './contract.ts'
import { type Entry, matcherOf, noPlugins, patternOf, toolName } from './names.ts'
import { judgeOf } from './scope.ts'
import type { PreparedStep } from './steps.ts'

export type NotBuilt = { reason: (typeof constructionReasons)[number]; by: Entry | null }

/**
 * Which tools the gateway does not even build, by its rules: tools of plugins are chosen by all lists together, some by
 * the kind of session. Whether the rest is available here (features, keys, channels) only the gateway knows.
 */
export const constructionOf = (
  config: unknown,
  situation: Situation,
  steps: readonly PreparedStep[],
): ((tool: KnownTool) => NotBuilt | null) => {
  const chosen = chosenPlugins(steps)
  const denied = steps.flatMap(({ policy }) => policy?.deny ?? []).filter(({ entry }) => entry.trim() !== '')
  const literal = literalMatcher(denied)
  const early = matcherOf(denied, noPlugins)
  const kind = shapeOf(situation.sessionKey).kind
  const lean = isLean(config, situation.agentId) ? matcherOf(overridesOf(steps), noPlugins) : null
  const only = surfaceAllow.get(situation.channel ?? '')
  const without = surfaceDeny.get(situation.channel ?? '')
  return (tool) => {
    const name = toolName(tool.name)
    if (tool.source === 'plugin') {
      const by = literal(name) ?? literal(toolName(tool.pluginId ?? '')) ?? literal('group:plugins')
      if (by) return { reason: 'pluginDenied', by }
      if (!chosen(tool) && !steps.some(({ unsure }) => unsure?.has(name)))
        return { reason: 'pluginNotSelected', by: null }
    }
    if (primaryOnly.has(name) && (kind === 'subagent' || kind === 'acp'))
      return { reason: 'primarySessionsOnly', by: null }
    // The gateway looks at these lists already while it builds these tools, and says nothing in its log.
    const by = primaryOnly.has(name) || name === 'progress_card' ? early(name) : null
    if (by) return { reason: 'deniedEarly', by }
    if (name === 'progress_card' && sectionAt(config, 'tools').updatePlan === false)
      return { reason: 'switchedOff', by: { entry: 'false', path: 'tools.updatePlan' } }
    if (name === 'progress_card' && !isAllowedEarly(name, steps)) return { reason: 'notAllowedEarly', by: null }
    if ((only && !only.has(name)) || without?.has(name)) return { reason: 'surface', by: null }
    if (lean && leanDrops.has(name) && !lean(name)) return { reason: 'leanModel', by: null }
    return null
  }
}

/** Groups are not opened here: an entry is compared as it is written. */
const literalMatcher = (entries: readonly Entry[]): ((name: string) => Entry | null) => {
  const compared = entries.map((entry) => ({ entry, pattern: patternOf(toolName(entry.entry)) }))
  return (name) => (name === '' ? null : (compared.find(({ pattern }) => pattern(name))?.entry ?? null))
}

/** No list at all, or one that only adds, chooses what is not optional; else a list must name tool or plugin. */
const chosenPlugins = (steps: readonly PreparedStep[]): ((tool: KnownTool) => boolean) => {
  const policies = steps.flatMap(({ policy, selects }) => (policy ? [{ policy, selects }] : []))
  const entries = policies.flatMap(({ policy, selects }) =>
    (selects ?? policy.allow ?? []).filter(({ entry, path }) => !(policy.addsOnly && path === null && entry === '*')),
  )
  const names = new Set(entries.map(({ entry }) => toolName(entry)).filter((name) => name !== ''))
  const defaults = names.size === 0 || policies.some(({ policy }) => policy.addsOnly)
  const literal = literalMatcher(entries.filter(({ entry }) => entry.trim() !== ''))
  return ({ name, pluginId, optional }) =>
    (defaults && !optional) ||
    names.has('*') ||
    names.has('group:plugins') ||
    (pluginId !== null && names.has(toolName(pluginId))) ||
    literal(toolName(name)) !== null
}

const earlyLayers: readonly PolicyStep[] = [
  'profile',
  'providerProfile',
  'global',
  'globalProvider',
  'agent',
  'agentProvider',
  'subagent',
]

const isAllowedEarly = (name: string, steps: readonly PreparedStep[]): boolean =>
  steps.every(
    ({ step, policy }) =>
      !policy || !earlyLayers.includes(step) || judgeOf(policy, noPlugins)(name).verdict !== 'notAllowed',
  )

const isLean = (config: unknown, agentId: string): boolean => {
  const own = sectionAt(agentSection(config, agentId).section, 'experimental').localModelLean
  return (own ?? sectionAt(config, 'agents', 'defaults', 'experimental').localModelLean) === true
}

/** What the configuration names itself, other than by profile and by everything. */
const overridesOf = (steps: readonly PreparedStep[]): Entry[] =>
  steps
    .filter(({ step }) => step !== 'profile' && step !== 'providerProfile' && step !== 'inherited')
    .flatMap(({ policy }) => policy?.allow ?? [])
    .filter(({ entry, path }) => entry !== '*' || path !== null)
