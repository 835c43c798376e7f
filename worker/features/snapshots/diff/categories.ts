import type { ChangeCategory, SnapshotScope, Step } from './contract.ts'
import { isSecretName } from './secrets.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)
const table = (groups: Partial<Record<ChangeCategory, string>>): ReadonlyMap<string, ChangeCategory> =>
  new Map(
    Object.entries(groups).flatMap(([category, names]) =>
      words(names).map((name) => [name, category as ChangeCategory] as const),
    ),
  )

/** Of an agent's entry: its first name, or its first two. Those of two are asked first. */
const entry = table({
  identity: 'name description identity default tts humanDelay typingMode',
  model: `model utilityModel decisionModel models modelPolicy thinkingDefault verboseDefault reasoningDefault
    fastModeDefault toolProgressDetail params runtime agentRuntime embeddedAgent contextLimits contextInjection
    bootstrapMaxChars bootstrapTotalMaxChars subagents.model subagents.thinking`,
  permissions: `sandbox tools.exec tools.elevated tools.fs tools.sandbox tools.github subagents.allowAgents
    subagents.requireAgentId`,
  tools: 'tools subagents',
  skills: 'skills skillsLimits',
  channels: 'groupChat tools.message',
  schedule: 'heartbeat',
  files: 'workspace cwd agentDir',
})
/** Of what all agents of a gateway share: like an entry's where the defaults or the tools say it, and otherwise by its part. */
const shared = table({
  identity: 'messages talk ui',
  model: 'models',
  permissions: `tools.exec tools.elevated tools.fs tools.sandbox tools.github approvals auth gateway commands nodeHost
    secrets env`,
  tools: 'tools plugins mcp browser',
  skills: 'skills',
  channels: 'channels broadcast',
  schedule: 'cron hooks',
})
/** Who may write to an agent, wherever a channel says it. */
const reach = new Set(words('allowFrom groupAllowFrom dmPolicy groupPolicy'))

/** Of the defaults of all agents the steps are those of an entry. */
export const ownSteps = (scope: SnapshotScope, steps: readonly Step[]): readonly Step[] =>
  scope === 'gateway_config' && steps[0] === 'agents' && steps[1] === 'defaults' ? steps.slice(2) : steps

const dependencies = table({ model: 'models', skills: 'skills', tools: 'tools plugins' })

/** What a change at these steps is about. Secrets go before everything else. */
export const categoryOf = (scope: SnapshotScope, steps: readonly Step[], secret: boolean): ChangeCategory => {
  const names = steps.filter((step) => typeof step === 'string')
  if (secret || (scope !== 'workspace_bundle' && names.some(isSecretName))) return 'secrets'
  if (scope === 'bindings') return 'bindings'
  if (scope === 'workspace_bundle') return 'files'
  if (scope === 'gateway_config') return sharedCategory(steps, names)
  return named(scope === 'agent_config' ? entry : dependencies, names)
}

const sharedCategory = (steps: readonly Step[], names: readonly string[]): ChangeCategory => {
  const own = ownSteps('gateway_config', steps)
  if (own.length < steps.length) return named(entry, names.slice(2))
  if (names[0] !== 'channels') return named(shared, names)
  if (names.some((name) => reach.has(name))) return 'permissions'
  return names.includes('tools') || names.includes('toolsBySender') ? 'tools' : 'channels'
}

const named = (known: ReadonlyMap<string, ChangeCategory>, [first = '', second]: readonly string[]): ChangeCategory => {
  return known.get(`${first}.${second}`) ?? known.get(first) ?? 'other'
}
