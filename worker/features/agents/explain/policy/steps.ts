import type { KnownTool } from '../facts.ts'
import { isSandboxed, maxSpawnDepthOf, type Situation, shapeOf } from '../situation.ts'
import { leafDeny, ownerOnly, subagentDeny, toolProfiles } from './catalog.ts'
import { agentSection, isSection, listAt, type Section, sectionAt, textAt } from './config.ts'
import type { offReasons, PolicyStep } from './contract.ts'
import { groupPolicyOf } from './group.ts'
import { type Entry, toolName } from './names.ts'
import { providerScopeOf } from './provider.ts'
import { sandboxRulesOf } from './sandbox.ts'
import { builtIn, entriesAt, type Policy, policyOf } from './scope.ts'
import { senderScopeOf } from './sender.ts'

/** run: what a run really has. inventory: what `tools.effective` answers, which knows neither sandbox nor sender. */
export type Surface = 'run' | 'inventory'

export interface PreparedStep {
  step: PolicyStep
  label: string
  off: (typeof offReasons)[number] | null
  paths: string[]
  policy: Policy | null
  /** The allow entries that choose tools of plugins, where they are not those of the policy. */
  selects?: readonly Entry[]
  /** Tools that its allow list has or has not: what decides it the gateway tells nobody. */
  unsure?: ReadonlySet<string>
}

export interface Pipeline {
  steps: PreparedStep[]
  profile: string | null
  providerProfile: string | null
}

/** The thirteen steps for one agent in one situation, in the order in which the gateway takes them. */
export const preparePolicy = (
  config: unknown,
  situation: Situation,
  surface: Surface,
  catalog: readonly KnownTool[],
): Pipeline => {
  const { provider, model } = situation
  const global = sectionAt(config, 'tools')
  const agent = agentSection(config, situation.agentId)
  const own = sectionAt(agent.section, 'tools')
  const ownPath = `${agent.path}.tools`
  const globalProvider = providerScopeOf(sectionAt(global, 'byProvider'), 'tools.byProvider', provider, model)
  const ownProvider = providerScopeOf(sectionAt(own, 'byProvider'), `${ownPath}.byProvider`, provider, model)

  const profile = profileStep(
    'profile',
    catalog,
    surface,
    { section: own, path: ownPath },
    { section: global, path: 'tools' },
  )
  const none = { section: {}, path: '' }
  const providerProfile = profileStep('providerProfile', catalog, surface, ownProvider ?? none, globalProvider ?? none)
  const scope = (step: PolicyStep, label: string, section: Section | undefined, path: string): PreparedStep =>
    stepOf(step, label, policyOf(section, path), section ? [path] : [])

  return {
    profile: profile.name,
    providerProfile: providerProfile.name,
    steps: [
      profile.step,
      providerProfile.step,
      scope('global', 'tools.allow', global, 'tools'),
      scope('globalProvider', 'tools.byProvider.allow', globalProvider?.section, globalProvider?.path ?? ''),
      scope('agent', `agents.${situation.agentId}.tools.allow`, own, ownPath),
      scope(
        'agentProvider',
        `agents.${situation.agentId}.tools.byProvider.allow`,
        ownProvider?.section,
        ownProvider?.path ?? '',
      ),
      ...requesterSteps(config, situation, surface),
      sandboxStep(config, situation, surface),
      ownerStep(situation, surface),
      subagentStep(config, situation),
      runtimeStep(situation),
      inheritedStep(situation),
    ],
  }
}

const stepOf = (
  step: PolicyStep,
  label: string,
  policy: Policy | null,
  paths: string[],
  off: PreparedStep['off'] = 'notConfigured',
): PreparedStep => ({ step, label, off: policy ? null : off, paths: policy ? paths : [], policy })

/** The agent's profile takes the place of the global one, also a wider one; so does its `alsoAllow`, even an empty one. */
const profileStep = (
  step: 'profile' | 'providerProfile',
  catalog: readonly KnownTool[],
  surface: Surface,
  agent: { section: Section; path: string },
  global: { section: Section; path: string },
): { name: string | null; step: PreparedStep } => {
  const source = textAt(agent.section, 'profile') === undefined ? global : agent
  const name = textAt(source.section, 'profile') ?? null
  const label = `tools.${step === 'profile' ? '' : 'byProvider.'}profile${name ? ` (${name})` : ''}`
  const listed = name === null ? undefined : toolProfiles.get(name)
  if (!listed) return { name, step: stepOf(step, label, null, []) }
  const widening = [agent, global].find(({ section }) => listAt(section, 'alsoAllow') !== undefined)
  const also = widening ? entriesAt(listAt(widening.section, 'alsoAllow'), `${widening.path}.alsoAllow`) : []
  // Only runs look at what plugins declare.
  const inRuns = surface === 'run' ? catalog : []
  const declared = inRuns.filter(({ profiles }) => profiles?.includes(name ?? ''))
  const unsure = new Set(inRuns.flatMap((tool) => (tool.profiles === null ? [toolName(tool.name)] : [])))
  const base = [...builtIn(listed), ...builtIn(declared.map((tool) => tool.name))]
  const paths = [`${source.path}.profile`, ...(widening && also.length > 0 ? [`${widening.path}.alsoAllow`] : [])]
  const policy = { allow: [...base, ...also], deny: [], addsOnly: false }
  return { name, step: { ...stepOf(step, label, policy, paths), selects: base, unsure } }
}

/** Rules by group and by sender. What a spawned child got from its parent stands in for both. */
const requesterSteps = (config: unknown, situation: Situation, surface: Surface): PreparedStep[] => {
  const shape = shapeOf(situation.sessionKey)
  const { sender, inherited, channel } = situation
  const external = [sender.id, sender.e164, sender.username, sender.name].some((each) => each !== undefined)
  const [group, bySender] = ['group tools.allow', 'tools.toolsBySender']
  if (inherited && !external)
    return [stepOf('group', group, null, [], 'spawnedChild'), stepOf('sender', bySender, null, [], 'spawnedChild')]
  const operator = surface === 'run' && sender.owner === true && (channel === null || channel === 'webchat')
  const ofGroup = groupPolicyOf(config, shape, situation, !operator)
  const off = shape.groupIds.length === 0 ? 'notAGroup' : 'notConfigured'
  const steps = [stepOf('group', group, ofGroup?.policy ?? null, ofGroup ? [ofGroup.path] : [], off)]
  if (operator) return [...steps, stepOf('sender', bySender, null, [], 'senderIsOperator')]
  const agent = agentSection(config, situation.agentId)
  const scopes: [Section, string][] = [
    [sectionAt(agent.section, 'tools', 'toolsBySender'), `${agent.path}.tools.toolsBySender`],
    [sectionAt(config, 'tools', 'toolsBySender'), 'tools.toolsBySender'],
  ]
  for (const [section, path] of scopes) {
    const found = senderScopeOf(section, path, sender, shape.channel ?? channel)
    if (found) return [...steps, stepOf('sender', bySender, policyOf(found.section, found.path), [found.path])]
  }
  return [...steps, stepOf('sender', bySender, null, [])]
}

const sandboxStep = (config: unknown, situation: Situation, surface: Surface): PreparedStep => {
  const applies = surface === 'run' && isSandboxed(config, situation)
  const rules = applies ? sandboxRulesOf(config, situation.agentId) : null
  const paths = [rules?.allowPath, rules?.denyPath].filter((path) => typeof path === 'string')
  return stepOf('sandbox', 'sandbox tools.allow', rules, paths, 'notSandboxed')
}

const ownerStep = ({ sender }: Situation, surface: Surface): PreparedStep => {
  const policy = surface === 'run' && sender.owner === false ? denying(builtIn(ownerOnly)) : null
  return stepOf('owner', 'gateway sender owner-only tools', policy, [], 'senderIsOwner')
}

const subagentStep = (config: unknown, situation: Situation): PreparedStep => {
  const label = 'subagent tools.allow'
  if (shapeOf(situation.sessionKey).kind !== 'subagent' && !situation.inherited)
    return stepOf('subagent', label, null, [], 'notASubagent')
  const path = 'tools.subagents.tools'
  const section = sectionAt(config, 'tools', 'subagents', 'tools')
  const leaf = situation.spawnDepth >= maxSpawnDepthOf(config) ? leafDeny : []
  const allow = listAt(section, 'allow')
  const also = entriesAt(listAt(section, 'alsoAllow'), `${path}.alsoAllow`)
  const policy: Policy = {
    allow: allow ? [...entriesAt(allow, `${path}.allow`), ...also] : null,
    deny: [...builtIn([...subagentDeny, ...leaf]), ...entriesAt(listAt(section, 'deny'), `${path}.deny`)],
    addsOnly: false,
  }
  return stepOf('subagent', label, policy, isSection(section) && (allow || section.deny) ? [path] : [])
}

const runtimeStep = ({ runtimeAllow }: Situation): PreparedStep => {
  const policy = runtimeAllow ? { allow: builtIn(runtimeAllow), deny: [], addsOnly: false } : null
  return stepOf('runtime', 'runtime tools.allow', policy, [], 'noRuntimeList')
}

const inheritedStep = ({ inherited }: Situation): PreparedStep => {
  const { allow, deny, unsure } = inherited ?? { allow: [], deny: [], unsure: [] }
  const given = allow.length > 0 || deny.length > 0
  const lists = { allow: allow.length > 0 ? builtIn(allow) : null, deny: builtIn(deny), addsOnly: false }
  const step = stepOf('inherited', 'inherited tools', given ? lists : null, [], 'nothingInherited')
  return unsure ? { ...step, unsure: new Set(unsure) } : step
}

const denying = (deny: Entry[]): Policy => ({ allow: null, deny, addsOnly: false })
