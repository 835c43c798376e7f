import type { AgentSection } from './content.ts'

/** Which names of an agent's entry stand in which section; every other name is `runtime`. */
const known: readonly (readonly [AgentSection, string])[] = [
  ['identity', 'name description identity default tts humanDelay typingMode'],
  [
    'model',
    `model utilityModel decisionModel models modelPolicy thinkingDefault verboseDefault reasoningDefault fastModeDefault
     toolProgressDetail params agentRuntime embeddedAgent contextLimits contextInjection bootstrapMaxChars
     bootstrapTotalMaxChars`,
  ],
  ['tools', 'tools sandbox subagents'],
  ['skills', 'skills skillsLimits'],
  ['agent_channels', 'groupChat'],
]
const sectionByName = new Map(
  known.flatMap(([section, names]) => names.split(/\s+/).map((name) => [name, section] as const)),
)

export const sectionOfName = (name: string): AgentSection => sectionByName.get(name) ?? 'runtime'

/** Of `agents.defaults`: what says which model is used stands with the models. */
export const isModelDefault = (name: string): boolean => /models?$|^model/i.test(name)
