import { explainTools } from '../../../../worker/features/agents/explain/explain-tools.ts'
import type { Facts, KnownTool } from '../../../../worker/features/agents/explain/facts.ts'
import { coreTools } from '../../../../worker/features/agents/explain/policy/catalog.ts'
import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { type Situation, situationOf } from '../../../../worker/features/agents/explain/situation.ts'

const core: KnownTool[] = [...coreTools].map((name) => ({
  ...{ name, source: 'core', pluginId: null },
  ...{ optional: false, profiles: [] },
}))
const probe = { source: 'plugin', pluginId: 'explainer-probe', profiles: null } as const
const plugin: KnownTool[] = [
  { name: 'probe_open', optional: false, ...probe },
  { name: 'probe_closed', optional: true, ...probe },
]

/** Everything core ships, a plugin with two tools, and nobody asked. */
export const factsOf = (config: unknown, known: Partial<Facts> = {}): Facts => ({
  ...{ config, completed: config, catalog: [...core, ...plugin] },
  ...{ offered: null, built: new Set<string>(), absent: new Set<string>() },
  ...{ skills: null, models: null, auth: null },
  ...known,
})

/** The verdicts on the agent `main`, by name. */
export const toolsOf = (
  config: unknown,
  given: Partial<Omit<Situation, 'agentId'>> = {},
  known: Partial<Facts> = {},
): Map<string, ToolVerdict> => {
  const { tools } = explainTools(factsOf(config, known), situationOf(config, 'main', given))
  return new Map(tools.map((tool) => [tool.name, tool]))
}

export const namesOf = (tools: readonly ToolVerdict[], wanted: (tool: ToolVerdict) => boolean): string[] =>
  tools
    .filter(wanted)
    .map(({ name }) => name)
    .sort()
