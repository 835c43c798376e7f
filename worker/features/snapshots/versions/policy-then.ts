import { z } from 'zod'
import { type KnownTool, toolPolicyThen } from '../../agents/explain/index.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import type { AgentStateAt } from '../contract.ts'
import { isTree } from '../diff/trees.ts'

/** Tools of plugins as a version of dependencies holds them; those of before they were kept hold none. */
const Tools = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      source: z.enum(['core', 'plugin', 'channel', 'mcp']),
      pluginId: z.string().nullable(),
      optional: z.boolean(),
      profiles: z.array(z.string()).nullable(),
    }) satisfies z.ZodType<KnownTool>,
  ),
})

/** The tools of plugins that a version of dependencies holds. */
export const toolsOfVersion = (content: unknown): KnownTool[] => Tools.safeParse(content).data?.tools ?? []

/** The tool policy by the versions of a moment: what all agents share, with the agent's own entry in it. */
export const policyThen = (
  externalId: string,
  entry: Tree,
  shared: Tree,
  dependencies: { content: Tree } | null,
): NonNullable<AgentStateAt['toolPolicy']> => {
  const agents = isTree(shared.agents) ? Tree.parse(shared.agents) : {}
  const config = { ...shared, agents: { ...agents, entries: { [externalId]: entry } } }
  return toolPolicyThen(config, externalId, toolsOfVersion(dependencies?.content))
}
