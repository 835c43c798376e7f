import { contextOf, sharedLayers } from './behaviour/context.ts'
import { heartbeatOf } from './behaviour/heartbeat.ts'
import { subagentsOf } from './behaviour/subagents.ts'
import type { Explanation } from './contract.ts'
import { explainTools } from './explain-tools.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './findings/contract.ts'
import { entryFindings } from './findings/entries.ts'
import { finding } from './findings/finding.ts'
import { outcomeFindings } from './findings/outcome.ts'
import { replacementFindings } from './findings/replaced.ts'
import { type FallbackChain, fallbackChainOf } from './models.ts'
import { catalogVersion } from './policy/catalog.ts'
import { agentSection } from './policy/config.ts'
import { explainSettings } from './settings/explain-settings.ts'
import type { Situation } from './situation.ts'
import { explainSkills } from './skills.ts'

/**
 * Why one agent is as it is, in one conversation: its settings with the layer that gave each, its tools with every step
 * that the gateway's policy takes, what is odd about its rules, and the rest of what it does by itself. Reads nothing and
 * asks nobody; the same facts give the same answer in a Worker, a browser and a terminal.
 */
export const explain = (facts: Facts, situation: Situation): Explanation => {
  const { config, completed } = facts
  const { agentId } = situation
  const explained = explainTools(facts, situation)
  const chain = fallbackChainOf(facts, agentId)
  const layers = sharedLayers(agentSection(config, agentId), config, completed)
  const heartbeat = heartbeatOf(layers, completed, agentId)
  return {
    rules: catalogVersion,
    agentId,
    sessionKey: situation.sessionKey,
    model: situation.provider === null ? null : `${situation.provider}/${situation.model ?? ''}`,
    profile: explained.pipeline.profile,
    providerProfile: explained.pipeline.providerProfile,
    findings: bySeverity([
      ...outcomeFindings(explained),
      ...replacementFindings(config, situation, explained),
      ...entryFindings(explained, facts.catalog, explained.plugins),
      ...chainFindings(chain),
      ...(heartbeat.elsewhere.length > 0
        ? [
            finding(
              'heartbeatElsewhere',
              'info',
              heartbeat.elsewhere.map((id) => `agents.entries.${id}.heartbeat`),
            ),
          ]
        : []),
    ]),
    steps: explained.steps,
    tools: explained.tools,
    settings: explainSettings(config, completed, agentId),
    models: chain.models,
    heartbeat: heartbeat.view,
    context: contextOf(layers, chain.models[0]?.contextWindow ?? null),
    subagents: subagentsOf(layers),
    skills: explainSkills(facts.skills),
  }
}

const chainFindings = ({ dropped }: FallbackChain): Finding[] =>
  dropped
    ? [
        finding('fallbacksDropped', 'warning', [dropped.path, dropped.by], {
          params: { models: dropped.refs.join(', ') },
        }),
      ]
    : []

const order = { danger: 0, warning: 1, info: 2 }

const bySeverity = (findings: Finding[]): Finding[] => findings.sort((a, b) => order[a.severity] - order[b.severity])
