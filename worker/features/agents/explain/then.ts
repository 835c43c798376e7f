import type { ToolPolicyThen } from './api/contract.ts'
import { explain } from './explain.ts'
import { type KnownTool, mergeInventories, shippedTools } from './facts.ts'
import { situationOf } from './situation.ts'

/**
 * The tool policy of a configuration that is not in force any more, for the operator in the agent's main conversation. It
 * says what the rules withheld; what they let through is `possible`, since nobody can be asked what was built then.
 */
export const toolPolicyThen = (config: unknown, agentId: string, tools: readonly KnownTool[]): ToolPolicyThen => {
  const unasked = { offered: null, built: new Set<string>(), absent: new Set<string>(), models: null }
  const catalog = mergeInventories(shippedTools, tools)
  const facts = { ...unasked, config, completed: config, catalog, skills: null, auth: null }
  const told = explain(facts, situationOf(config, agentId))
  const { rules, sessionKey, model, profile, providerProfile, findings, steps } = told
  return { rules, sessionKey, model, profile, providerProfile, findings, steps, tools: told.tools }
}
