import type { Tree } from '../../plugin/merge-patch.ts'
import { type AgentContent, agentSections, type Content } from './content.ts'
import { treeOf } from './split.ts'

/** The configuration that these sections say. */
export function joinSections({ global, agents }: Content): Tree {
  const { models, agent_defaults: defaults, channels, cron, gateway } = global
  const entries = [...agents].map(([id, agent]) => [id, entryOf(agent)] as const)
  const ownDefaults = { ...treeOf(models?.defaults), ...treeOf(defaults?.defaults) }
  const hasDefaults = models?.defaults !== undefined || defaults?.defaults !== undefined
  const tree: Tree = {
    ...treeOf(defaults?.agents),
    ...(hasDefaults ? { defaults: ownDefaults } : {}),
    ...(entries.length > 0 ? { entries: Object.fromEntries(entries) } : {}),
  }
  const bindings = [channels, ...[...agents.values()].map(({ sections }) => sections.agent_channels)]
    .flatMap((section) => placedOf(section?.bindings))
    // Stable: of two at the same place the one that was there first stays first.
    .sort((a, b) => a.at - b.at)
    .map(({ binding }) => binding)
  return {
    ...treeOf(gateway?.configuration),
    ...(models?.models === undefined ? {} : { models: models.models }),
    ...(Object.keys(tree).length > 0 ? { agents: tree } : {}),
    ...(channels?.channels === undefined ? {} : { channels: channels.channels }),
    ...(bindings.length > 0 || channels?.bindings !== undefined ? { bindings } : {}),
    ...(cron?.settings === undefined ? {} : { cron: cron.settings }),
  }
}

function entryOf({ sections }: AgentContent): Tree {
  const names = agentSections.flatMap((section) => Object.entries(sections[section] ?? {}))
  const { bindings: _, ...entry }: Tree = Object.fromEntries(names)
  return entry
}

export const placedOf = (list: unknown): { at: number; binding: unknown }[] =>
  (Array.isArray(list) ? list : []).map((item) => {
    const { at, binding } = treeOf(item)
    return { at: typeof at === 'number' ? at : Number.MAX_SAFE_INTEGER, binding }
  })
