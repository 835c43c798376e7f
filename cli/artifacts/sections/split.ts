import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import type { AgentContent, AgentSection, Beside, Content } from './content.ts'
import { isModelDefault, sectionOfName } from './names.ts'

/** A binding with its place in the gateway's list, whose order decides which one is taken. */
export interface PlacedBinding {
  at: number
  binding: unknown
}

/**
 * A gateway's configuration by sections. Nothing is lost: `joinSections` makes the same of it again. Bindings stand with
 * the agent that they lead to, those of no agent that is there with the channels.
 */
export function splitSections(configuration: Tree, beside: Beside): Content {
  const { models, agents, channels, bindings, cron, ...rest } = configuration
  const { entries, defaults, ...others } = treeOf(agents)
  const placed = (Array.isArray(bindings) ? bindings : []).map((binding, at): PlacedBinding => ({ at, binding }))
  const ids = Object.keys(treeOf(entries))
  const lost = placed.filter(({ binding }) => !ids.includes(agentOf(binding) ?? ''))
  const [modelDefaults, otherDefaults] = parted(defaults, isModelDefault)
  return {
    global: {
      models: given({ models, defaults: modelDefaults }),
      agent_defaults: given({ defaults: otherDefaults, agents: Object.keys(others).length > 0 ? others : undefined }),
      approval_rules: beside.approvalRules,
      channels: given({ channels, bindings: lost.length > 0 || isEmptyList(bindings) ? lost : undefined }),
      cron: given({ settings: cron, jobs: beside.jobs }),
      gateway: given({ configuration: rest }),
    },
    agents: new Map(
      Object.entries(treeOf(entries)).map(([id, entry]) => [
        id,
        agentContent(
          treeOf(entry),
          placed.filter(({ binding }) => agentOf(binding) === id),
        ),
      ]),
    ),
  }
}

function agentContent(entry: Tree, bindings: readonly PlacedBinding[]): AgentContent {
  const sections: Record<AgentSection, Tree> = {
    identity: {},
    model: {},
    tools: {},
    skills: {},
    agent_channels: {},
    runtime: {},
  }
  for (const [name, value] of Object.entries(entry)) sections[sectionOfName(name)][name] = value
  if (bindings.length > 0) sections.agent_channels.bindings = [...bindings]
  return { sections }
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const agentOf = (binding: unknown): string | undefined =>
  isTree(binding) && typeof binding.agentId === 'string' ? binding.agentId : undefined

export const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})

const given = (tree: Tree): Tree => Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined))

/** Both parts of a tree; a part that has nothing is left out, and so are both where there is no tree. */
function parted(tree: unknown, isFirst: (name: string) => boolean): [Tree | undefined, Tree | undefined] {
  if (!isTree(tree)) return [undefined, undefined]
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(tree).filter(([name]) => isFirst(name) === wanted))
  const [first, second] = [part(true), part(false)]
  // An empty tree is something: it stays with the second.
  return [Object.keys(first).length > 0 ? first : undefined, second]
}
