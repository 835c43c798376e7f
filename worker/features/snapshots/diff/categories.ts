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
const dependencies = table({ model: 'models', skills: 'skills', tools: 'tools plugins' })

/** What a change at these steps is about. Secrets go before everything else. */
export const categoryOf = (scope: SnapshotScope, steps: readonly Step[], secret: boolean): ChangeCategory => {
  const names = steps.filter((step) => typeof step === 'string')
  if (secret || (scope !== 'workspace_bundle' && names.some(isSecretName))) return 'secrets'
  if (scope === 'bindings') return 'bindings'
  if (scope === 'workspace_bundle') return 'files'
  const known = scope === 'agent_config' ? entry : dependencies
  const [first = '', second] = names
  return known.get(`${first}.${second}`) ?? known.get(first) ?? 'other'
}
