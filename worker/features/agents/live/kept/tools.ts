import type { OrganizationContext } from '../../../../platform/context.ts'
import type { Tools } from '../../../connectors/link/questions/contract.ts'
import { newestTools } from '../../../snapshots/versions/index.ts'
import { type KnownTool, shippedTools } from '../../explain/facts.ts'
import type { DescribedAgent } from '../../store.ts'
import type { Kept } from './kept.ts'

/**
 * The tools that the newest version knows of: those that every gateway has, by the explainer's own list, and those of the
 * plugins, channels and servers that were there. By their names alone.
 */
export const keptTools = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<Kept | null> => {
  const kept = await newestTools(ctx, agent.id)
  if (!kept) return null
  const groups = new Map<string, KnownTool[]>([['core', [...shippedTools]]])
  for (const tool of kept.tools) {
    const group = tool.pluginId ?? tool.source
    groups.set(group, [...(groups.get(group) ?? []), tool])
  }
  const tools = {
    profile: agent.toolsProfile,
    groups: [...groups].slice(0, 100).map(([id, of]) => groupOf(id, of)),
  }
  return { answer: { question: 'tools.catalog', tools }, at: kept.at, source: 'snapshot' }
}

const groupOf = (id: string, tools: KnownTool[]): Tools['groups'][number] => ({
  ...{ id, label: id, source: tools[0]?.source ?? 'core' },
  ...(tools[0]?.pluginId ? { pluginId: tools[0].pluginId } : {}),
  tools: tools.slice(0, 500).map(({ name, source, pluginId, optional, profiles }) => ({
    ...{ id: name, label: name, description: '', source },
    ...(pluginId === null ? {} : { pluginId }),
    ...{ optional, defaultProfiles: [...(profiles ?? [])].slice(0, 20) },
  })),
})
