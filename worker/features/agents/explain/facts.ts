import { z } from 'zod'
import type { ModelProvider, Skill } from '../../connectors/link/questions/contract.ts'
import { coreTools } from './policy/catalog.ts'
import { shippedProfiles } from './policy/shipped-plugins.ts'

/** A tool that the gateway knows of, offered to this agent or not. */
export interface KnownTool {
  name: string
  source: 'core' | 'plugin' | 'channel' | 'mcp'
  pluginId: string | null
  /** Built only where a list names it. */
  optional: boolean
  /** Profiles of which its plugin says it is a part; null where the gateway does not tell, and nobody else knows. */
  profiles: readonly string[] | null
}

/** The tools that every gateway of this version has. */
export const shippedTools: readonly KnownTool[] = [...coreTools].map((name) => ({
  ...{ name, source: 'core', pluginId: null },
  ...{ optional: false, profiles: [] },
}))

/** What is known of a gateway when one of its agents is explained. Null is always "was not asked". */
export interface Facts {
  /** The configuration as written, secrets redacted by the gateway. */
  config: unknown
  /** The same with what the gateway fills in by itself. */
  completed: unknown
  catalog: readonly KnownTool[]
  /** The names in `tools.effective` of the explained session. */
  offered: ReadonlySet<string> | null
  /** Tools that were ever offered to anybody by this gateway: they can be built. */
  built: ReadonlySet<string>
  /** Tools that are known not to be built, whatever the rules say. */
  absent: ReadonlySet<string>
  skills: readonly Skill[] | null
  /** What the gateway knows of each model, for windows that the configuration does not name. */
  models: readonly { id: string; provider: string; contextWindow: number | null }[] | null
  auth: readonly ModelProvider[] | null
}

const Source = z.enum(['core', 'plugin', 'channel', 'mcp'])
const Inventory = z.object({
  groups: z.array(
    z.object({
      source: z.string().optional(),
      pluginId: z.string().optional(),
      tools: z.array(
        z.object({
          id: z.string(),
          source: z.string().optional(),
          pluginId: z.string().optional(),
          optional: z.boolean().optional(),
          defaultProfiles: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
})

/** Tools of an answer of `tools.catalog` or `tools.effective`; empty for anything else. */
export const readInventory = (answer: unknown): KnownTool[] => {
  const read = Inventory.safeParse(answer)
  if (!read.success) return []
  return read.data.groups.flatMap((group) =>
    group.tools.map((tool) => {
      const source = Source.safeParse(tool.source ?? group.source).data ?? 'core'
      return {
        name: tool.id,
        source,
        pluginId: tool.pluginId ?? group.pluginId ?? null,
        optional: tool.optional ?? false,
        profiles: source === 'plugin' ? declaredBy(tool.pluginId ?? group.pluginId, tool) : [],
      }
    }),
  )
}

/**
 * What a plugin declares: as the gateway ships it, or as an answer tells. The list of `tools.catalog` is empty for each tool
 * of a plugin, whatever its manifest says, so an empty one tells nothing. Core tools carry what the policy knows anyway.
 */
const declaredBy = (
  pluginId: string | undefined,
  tool: { id: string; defaultProfiles?: string[] | undefined },
): KnownTool['profiles'] => {
  if (tool.defaultProfiles && tool.defaultProfiles.length > 0) return tool.defaultProfiles
  return shippedProfiles(pluginId ?? '', tool.id)
}

/** One entry for each name; what is told later completes what was told before. */
export const mergeInventories = (...lists: readonly (readonly KnownTool[])[]): KnownTool[] => {
  const merged = new Map<string, KnownTool>()
  for (const tool of lists.flat()) {
    const before = merged.get(tool.name)
    merged.set(tool.name, before ? { ...before, pluginId: before.pluginId ?? tool.pluginId } : tool)
  }
  return [...merged.values()]
}
