import type { Explanation } from './contract.ts'
import { agentSection, isSection, listAt, numberAt, sectionAt, textAt } from './policy/config.ts'
import { maxSpawnDepthOf } from './situation.ts'

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `1h30m`, `45` (minutes); null for what the gateway does not understand, and for nothing: both switch it off. */
const durationMs = (text: string): number | null => {
  const written = text.trim().toLowerCase()
  const whole = /^\d+(\.\d+)?$/.test(written) ? `${written}m` : written
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(whole)) return null
  let sum = 0
  for (const [, amount, unit] of whole.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(amount) * (unitsMs[unit ?? ''] ?? 0)
  return sum > 0 ? Math.round(sum) : null
}

export interface Heartbeat {
  view: Explanation['heartbeat']
  /** Agents with a heartbeat of their own, which take it away from all others. */
  elsewhere: string[]
}

/** Whether and how often an agent is woken by itself. One agent with a section of its own takes it from all without. */
export const heartbeatOf = (config: unknown, agentId: string): Heartbeat => {
  const entries = sectionAt(config, 'agents', 'entries')
  const shared = sectionAt(config, 'agents', 'defaults', 'heartbeat')
  const own = sectionAt(agentSection(config, agentId).section, 'heartbeat')
  const withOwn = Object.keys(entries).filter((id) => isSection(sectionAt(entries, id).heartbeat))
  const merged = { ...shared, ...own }
  const every = textAt(merged, 'every') ?? '30m'
  const everyMs = durationMs(every)
  const chosen = withOwn.length > 0 ? withOwn : [textAt(shared, 'agentId') ?? agentId]
  const enrolled = chosen.some((id) => id.trim().toLowerCase() === agentId.toLowerCase())
  const runs = enrolled && everyMs !== null
  return {
    view: {
      enrolled: runs,
      every: runs ? every : null,
      everyMs: runs ? everyMs : null,
      target: textAt(merged, 'target') ?? 'owner',
      model: textAt(merged, 'model') ?? null,
    },
    elsewhere: enrolled ? [] : withOwn,
  }
}

/** How much of a conversation an agent keeps in view, and what happens when it is full. `config` is the completed one. */
export const contextOf = (config: unknown, window: number | null): Explanation['context'] => {
  const defaults = sectionAt(config, 'agents', 'defaults')
  const compaction = sectionAt(defaults, 'compaction')
  return {
    window,
    compaction: compaction.enabled === false ? 'off' : (textAt(compaction, 'mode') ?? 'safeguard'),
    pruning: textAt(sectionAt(defaults, 'contextPruning'), 'mode') ?? 'off',
    memoryFlush: sectionAt(compaction, 'memoryFlush').enabled !== false,
  }
}

/** How far an agent may delegate. `config` is the completed one. */
export const subagentsOf = (config: unknown, agentId: string): Explanation['subagents'] => {
  const shared = sectionAt(config, 'agents', 'defaults', 'subagents')
  const own = sectionAt(agentSection(config, agentId).section, 'subagents')
  const model = own.model ?? shared.model
  return {
    maxSpawnDepth: maxSpawnDepthOf(config),
    maxChildren: numberAt(shared, 'maxChildrenPerAgent') ?? 5,
    maxConcurrent: numberAt(shared, 'maxConcurrent') ?? 8,
    archiveAfterMinutes: numberAt(shared, 'archiveAfterMinutes') ?? 60,
    allowAgents: listAt(own, 'allowAgents') ?? listAt(shared, 'allowAgents') ?? [],
    model: typeof model === 'string' ? model : (textAt(sectionAt(model), 'primary') ?? null),
  }
}
