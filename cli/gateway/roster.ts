import type { GatewayAgent } from '../../worker/features/connectors/link/events/contract.ts'
import { cut, cutOrNull } from './bounded.ts'
import { AgentsList, ConfigView } from './frames.ts'
import type { GatewaySession } from './session.ts'
import { probePrefix } from './stops/drill.ts'

type Configuration = Record<string, unknown>

/** All agents that the gateway lists now, in the order of their ids, with the tools profile their configuration names. */
export async function listAgents(session: GatewaySession, profiles: ToolsProfiles): Promise<GatewayAgent[]> {
  const list = await session.call('agents.list', {}, AgentsList, 60_000)
  return list.agents
    .filter(({ id }) => !id.startsWith(probePrefix))
    .slice(0, 2_000)
    .map((agent) => ({
      externalId: agent.id,
      name: cut(agent.name?.trim() || agent.id),
      model: cutOrNull(typeof agent.model === 'string' ? agent.model : agent.model?.primary),
      workspace: cutOrNull(agent.workspace, 4_000),
      toolsProfile: cutOrNull(profiles.of(agent.id)),
      isDefault: agent.id === list.defaultId,
    }))
    .sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
}

/** What of the gateway's configuration we look at: tools profiles, and which paths a change touched. */
export class ToolsProfiles {
  #configuration: Configuration | null = null
  #profiles: { everyone: string | null; each: Map<string, string> } = { everyone: null, each: new Map() }

  of(agentId: string): string | null {
    return this.#profiles.each.get(agentId) ?? this.#profiles.everyone
  }

  /** Reads the configuration again and answers which paths differ from the last reading; values are never reported. */
  async refresh(session: GatewaySession): Promise<string[]> {
    const { config, sourceConfig } = await session.call('config.get', {}, ConfigView, 60_000)
    const each = new Map<string, string>()
    for (const [id, entry] of Object.entries(config?.agents?.entries ?? {})) {
      if (entry.tools?.profile) each.set(id, entry.tools.profile)
    }
    this.#profiles = { everyone: config?.tools?.profile ?? null, each }
    const before = this.#configuration
    this.#configuration = sourceConfig ?? null
    return before && sourceConfig ? changedPaths(before, sourceConfig) : []
  }
}

/** Dotted paths, at most four deep, at which two configurations differ. */
export function changedPaths(before: unknown, after: unknown, path: string[] = []): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (path.length >= 4 || !isObject(before) || !isObject(after)) return [cut(path.join('.') || '(all)')]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name) => changedPaths(before[name], after[name], [...path, name])).slice(0, 200)
}

const isObject = (value: unknown): value is Configuration =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
