import type { Explanation } from '../contract.ts'
import { sectionAt } from '../policy/config.ts'
import { type FactLayer, factOf, knownFacts, numberOf } from './known-facts.ts'

/** What openclaw 2026.9.6 does not let anybody set: see its `src/agents/agent-settings.ts` and `compaction-planning.ts`. */
const reserveTokensMin = 20_000
const reserveShareMax = 0.25
const historyShare = 0.5

const builtIn = {
  'compaction.enabled': true,
  'compaction.mode': 'safeguard',
  'compaction.provider': null,
  'compaction.model': null,
  'compaction.keepRecentTokens': 20_000,
  'compaction.recentTurnsPreserve': 3,
  'compaction.identifierPolicy': 'strict',
  'compaction.memoryFlush.enabled': true,
  'compaction.memoryFlush.softThresholdTokens': 4_000,
  'contextPruning.mode': 'off',
  'contextPruning.ttl': null,
  'contextPruning.tools.allow': null,
  'contextPruning.tools.deny': null,
  contextInjection: null,
  bootstrapMaxChars: null,
  bootstrapTotalMaxChars: null,
}

/**
 * How much of a conversation an agent keeps in view, and what happens when it is full. Compaction and pruning are the
 * same for all agents of a gateway. `window` is that of the first model, in tokens.
 */
export const contextOf = (layers: readonly FactLayer[], window: number | null): Explanation['context'] => {
  const facts = knownFacts(layers.map(withoutOwnCompaction), builtIn).filter(
    ({ value, layer }) => value !== null || layer !== 'builtIn',
  )
  return { window, budget: window === null ? null : budgetOf(window, facts), historyShare, facts }
}

/** An agent's entry has neither section: what stands there by mistake counts for nothing. */
const withoutOwnCompaction = (held: FactLayer): FactLayer => {
  if (held.layer !== 'agent') return held
  const { compaction: _, contextPruning: __, ...section } = held.section
  return { ...held, section }
}

const budgetOf = (
  window: number,
  facts: Explanation['context']['facts'],
): NonNullable<Explanation['context']['budget']> => {
  const reserve = Math.min(reserveTokensMin, Math.floor(window * reserveShareMax))
  const compactAt = window - reserve
  const soft = numberOf(facts, 'compaction.memoryFlush.softThresholdTokens') ?? 0
  const flushes = factOf(facts, 'compaction.memoryFlush.enabled') !== false
  return {
    ...{ reserve, compactAt, flushAt: flushes ? Math.max(0, compactAt - soft) : null },
    keepRecent: Math.min(numberOf(facts, 'compaction.keepRecentTokens') ?? 0, window),
    historyMax: Math.floor(window * historyShare),
  }
}

/** The layers of what all agents share, the agent's own first. `completed` has what the gateway fills in. */
export const sharedLayers = (
  agent: { section: FactLayer['section']; path: string },
  config: unknown,
  completed: unknown,
): FactLayer[] => [
  { layer: 'agent', ...agent },
  { layer: 'defaults', section: sectionAt(config, 'agents', 'defaults'), path: 'agents.defaults' },
  { layer: 'gateway', section: sectionAt(completed, 'agents', 'defaults'), path: null },
]
