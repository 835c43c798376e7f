import type { Explanation } from '../contract.ts'
import { sectionAt } from '../policy/config.ts'
import { maxSpawnDepthDefault } from '../situation.ts'
import { type FactLayer, knownFacts } from './known-facts.ts'

const builtIn = {
  maxSpawnDepth: maxSpawnDepthDefault,
  maxChildrenPerAgent: 5,
  maxConcurrent: 8,
  archiveAfterMinutes: 60,
  runTimeoutSeconds: null,
  announceTimeoutMs: 120_000,
  allowAgents: [],
  requireAgentId: false,
  model: null,
  thinking: null,
  delegationMode: null,
}

/** Limits belong to the gateway: an agent can set only these for itself. */
const own = new Set(['allowAgents', 'requireAgentId', 'model', 'thinking', 'delegationMode'])

/** How far an agent may delegate, each limit with where it was said. */
export const subagentsOf = (layers: readonly FactLayer[]): Explanation['subagents'] => ({
  facts: knownFacts(
    layers.map(({ layer, section, path }) => ({
      ...{ layer, path: path === null ? null : `${path}.subagents` },
      section: settable(layer, sectionAt(section, 'subagents')),
    })),
    builtIn,
  ).filter(({ value, layer }) => value !== null || layer !== 'builtIn'),
})

const settable = (layer: FactLayer['layer'], section: FactLayer['section']): FactLayer['section'] =>
  layer === 'agent' ? Object.fromEntries(Object.entries(section).filter(([key]) => own.has(key))) : section
