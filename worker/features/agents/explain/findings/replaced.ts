import type { ExplainedTools } from '../explain-tools.ts'
import { subagentDeny, toolProfiles } from '../policy/catalog.ts'
import { agentSection, below, isSection, listAt, type Section, sectionAt, textAt } from '../policy/config.ts'
import type { ToolVerdict } from '../policy/contract.ts'
import { meaningsOf, noPlugins } from '../policy/names.ts'
import { providerScopeOf } from '../policy/provider.ts'
import { sandboxRulesOf } from '../policy/sandbox.ts'
import { isSandboxed, type Situation, shapeOf } from '../situation.ts'
import type { Finding } from './contract.ts'
import { finding } from './finding.ts'

/** Rules that people believe in force and that another layer has taken the place of, or that are never asked. */
export const replacementFindings = (config: unknown, situation: Situation, explained: ExplainedTools): Finding[] => {
  const agent = agentSection(config, situation.agentId)
  const own = { section: sectionAt(agent.section, 'tools'), path: `${agent.path}.tools` }
  const global = { section: sectionAt(config, 'tools'), path: 'tools' }
  return [
    ...profileReplaced(own, global),
    ...alsoAllowReplaced(own, global, explained),
    ...providerFindings(own, situation),
    ...providerFindings(global, situation),
    ...senderFindings(own, global, explained),
    ...groupFindings(config),
    ...sandboxFindings(config, situation, explained.tools),
    ...subagentFindings(config),
    ...sectionFindings(own, global, explained.tools),
  ]
}

const deniedBelow: ReadonlySet<string> = new Set(subagentDeny)

interface Scope {
  section: Section
  path: string
}

const profileReplaced = (own: Scope, global: Scope): Finding[] => {
  const [now, before] = [textAt(own.section, 'profile'), textAt(global.section, 'profile')]
  if (now === undefined || before === undefined || now === before) return []
  const wider = toolProfiles.get(now)?.filter((name) => !includes(before, name)) ?? []
  const severity = wider.length > 0 ? 'warning' : 'info'
  const paths = [`${own.path}.profile`, `${global.path}.profile`]
  return [finding('profileReplaced', severity, paths, { params: { now, before, more: wider.length } })]
}

const includes = (profile: string, name: string): boolean => {
  const listed = toolProfiles.get(profile)
  return !listed || listed.includes('*') || listed.includes(name)
}

/** The agent's own `alsoAllow`, also an empty one, takes the place of the global one when a profile is widened. */
const alsoAllowReplaced = (own: Scope, global: Scope, { pipeline, tools }: ExplainedTools): Finding[] => {
  const [mine, shared] = [listAt(own.section, 'alsoAllow'), listAt(global.section, 'alsoAllow')]
  if (!mine || !shared || shared.length === 0 || pipeline.profile === null) return []
  const meant = new Set(shared.flatMap((entry) => meaningsOf(entry, noPlugins)))
  const lost = tools.filter(({ name, decidedBy }) => meant.has(name) && decidedBy === 'profile').map(({ name }) => name)
  if (lost.length === 0) return []
  return [
    finding('alsoAllowReplaced', 'warning', [`${global.path}.alsoAllow`, `${own.path}.alsoAllow`], { tools: lost }),
  ]
}

const providerFindings = ({ section, path }: Scope, { provider, model }: Situation): Finding[] => {
  const byProvider = sectionAt(section, 'byProvider')
  const at = `${path}.byProvider`
  const patterns = Object.keys(byProvider).filter((key) => key.includes('*'))
  const found = providerScopeOf(byProvider, at, provider, model)
  const profiled = found && textAt(found.section, 'profile') !== undefined
  const widens = profiled && !listAt(found.section, 'alsoAllow') && (listAt(section, 'alsoAllow')?.length ?? 0) > 0
  return [
    ...patterns.map((key) => finding('providerKeyIsPattern', 'warning', [below(at, key)], { params: { key } })),
    ...(found?.replaces ? [finding('providerRulesReplaced', 'warning', [found.replaces, found.path])] : []),
    ...(widens
      ? [finding('providerProfileNotWidened', 'warning', [`${path}.alsoAllow`, `${found.path}.profile`])]
      : []),
  ]
}

const senderFindings = (own: Scope, global: Scope, { pipeline }: ExplainedTools): Finding[] => {
  const scopes = [own, global].filter(({ section }) => Object.keys(sectionAt(section, 'toolsBySender')).length > 0)
  const paths = scopes.map(({ path }) => `${path}.toolsBySender`)
  const step = pipeline.steps.find((each) => each.step === 'sender')
  const skipped = paths.length > 0 && step?.off === 'senderIsOperator'
  const replaced = paths.length === 2 && step?.paths.some((path) => path.startsWith(own.path))
  return [
    ...(skipped ? [finding('senderRulesSkipped', 'info', paths)] : []),
    ...(replaced ? [finding('senderRulesReplaced', 'warning', paths)] : []),
  ]
}

/** An exact group with rules is not held by the rules for all groups. */
const groupFindings = (config: unknown): Finding[] =>
  Object.entries(sectionAt(config, 'channels')).flatMap(([channel, section]) => {
    const groups = sectionAt(section, 'groups')
    const path = `${below('channels', channel)}.groups`
    const shared = sectionAt(groups, '*')
    const hasRules = (group: Section) => isSection(group.tools) || isSection(group.toolsBySender)
    if (!hasRules(shared)) return []
    const hiding = Object.keys(groups).filter((key) => key !== '*' && hasRules(sectionAt(groups, key)))
    return hiding.map((key) =>
      finding('groupHidesDefault', 'info', [`${path}.*`, below(path, key)], { params: { group: key } }),
    )
  })

const sandboxFindings = (config: unknown, situation: Situation, tools: readonly ToolVerdict[]): Finding[] => {
  const rules = sandboxRulesOf(config, situation.agentId)
  const paths = [rules.allowPath, rules.denyPath]
  if (!isSandboxed(config, situation)) {
    const given = paths.some((path) => path !== null)
    return given && shapeOf(situation.sessionKey).kind === 'main' ? [finding('sandboxRulesIdle', 'info', paths)] : []
  }
  const reopened = tools.filter(({ name, outcome }) => rules.lifted.includes(name) && outcome !== 'withheld')
  if (!rules.replacesDeny || reopened.length === 0) return []
  return [finding('sandboxDenyReplaced', 'danger', [rules.denyPath], { tools: reopened.map(({ name }) => name) })]
}

const subagentFindings = (config: unknown): Finding[] => {
  const path = 'tools.subagents.tools'
  const section = sectionAt(config, 'tools', 'subagents', 'tools')
  const allow = listAt(section, 'allow') ?? []
  const also = listAt(section, 'alsoAllow') ?? []
  const lifted = [...allow, ...also].filter((entry) =>
    meaningsOf(entry, noPlugins).every((name) => deniedBelow.has(name)),
  )
  return [
    ...(also.length > 0 && allow.length === 0
      ? [finding('subagentAlsoAllowAlone', 'warning', [`${path}.alsoAllow`])]
      : []),
    ...(lifted.length > 0 ? [finding('subagentCannotLift', 'warning', [path], { tools: lifted })] : []),
  ]
}

/** Since 2026 a section about a tool no longer adds the tool to a profile. */
const sectionFindings = (own: Scope, global: Scope, tools: readonly ToolVerdict[]): Finding[] => {
  const grants = { exec: ['exec', 'process'], fs: ['read', 'write', 'edit'] }
  return Object.entries(grants).flatMap(([key, names]) => {
    const paths = [own, global].filter(({ section }) => isSection(section[key])).map(({ path }) => `${path}.${key}`)
    const lost = tools.filter(({ name, decidedBy }) => names.includes(name) && decidedBy === 'profile')
    if (paths.length === 0 || lost.length === 0) return []
    return [finding('sectionDoesNotWiden', 'info', paths, { tools: lost.map(({ name }) => name) })]
  })
}
