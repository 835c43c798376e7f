import { z } from 'zod'
import type { AgentConfig } from '../../../../worker/features/agents/config/contract.ts'
import { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'

/** A change that is only tried: merge patches (RFC 7386) of the agent's entry and of the whole configuration. */
export const Trial = z.object({ entry: Tree.optional(), config: Tree.optional() })
export type Trial = z.infer<typeof Trial>
type Lists = Pick<AgentConfig, 'entry' | 'tools'>

export const listNames = ['alsoAllow', 'allow', 'deny'] as const
export type ListName = (typeof listNames)[number]
export type Scope = 'agent' | 'global'

export const writeTrial = (trial: Trial): string => JSON.stringify(trial)

/** From the address, where anything may stand. */
export const readTrial = (text: string | undefined): Trial => {
  try {
    return Trial.safeParse(JSON.parse(text ?? '{}')).data ?? {}
  } catch {
    return {}
  }
}

const treeAt = (tree: Tree | null, name: string): Tree => Tree.safeParse(tree?.[name]).data ?? {}
const Names = z.array(z.string())

/** The section `tools` of a scope as it stands. */
export const toolsIn = ({ entry, tools }: Lists, scope: Scope): Tree =>
  scope === 'agent' ? treeAt(entry, 'tools') : tools
/** Null where there is no such list, which differs from an empty one. */
export const listIn = (tools: Tree, name: ListName): string[] | null => Names.safeParse(tools[name]).data ?? null
export const profileIn = (tools: Tree): string | null => z.string().safeParse(tools.profile).data ?? null

export const trialOf = (scope: Scope, tools: Tree): Trial =>
  scope === 'agent' ? { entry: { tools } } : { config: { tools } }

export const tryDenying = (lists: Lists, tool: string): Trial =>
  trialOf('agent', { deny: [...(listIn(toolsIn(lists, 'agent'), 'deny') ?? []), tool] })

/** The agent's own list takes the place of the global one, so what that says is said again. */
export const tryAllowing = (lists: Lists, tool: string): Trial => {
  const own = toolsIn(lists, 'agent')
  const shared = listIn(toolsIn(lists, 'global'), 'alsoAllow') ?? []
  return trialOf('agent', { alsoAllow: [...(listIn(own, 'alsoAllow') ?? shared), tool] })
}

/** `agents.entries.main.tools.deny.0`, `tools.byProvider["a.b"].deny`: names, and places in lists. */
export const segmentsOf = (path: string): string[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** The same configuration without what stands at a path; null for places that are not read here, as channels are. */
export const tryWithout = ({ entry, tools }: Lists, path: string): Trial | null => {
  const segments = segmentsOf(path)
  if (segments[0] === 'agents' && segments[1] === 'entries') {
    const patch = without(entry ?? {}, segments.slice(3))
    return patch ? { entry: patch } : null
  }
  const patch = segments[0] === 'tools' ? without(tools, segments.slice(1)) : null
  return patch ? { config: { tools: patch } } : null
}

/** A merge patch that takes away what stands there; of a list the rest stays. */
const without = (tree: Tree, [head, ...rest]: string[]): Tree | null => {
  if (head === undefined || !Object.hasOwn(tree, head)) return null
  const value = tree[head]
  const [place] = rest
  if (place === undefined) return { [head]: null }
  if (Array.isArray(value)) return { [head]: value.filter((_, index) => index !== Number(place)) }
  const inner = Tree.safeParse(value)
  const patch = inner.success ? without(inner.data, rest) : null
  return patch ? { [head]: patch } : null
}
