import canonicalize from 'canonicalize'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import type { Choice } from '../collect/entry.ts'
import {
  type AgentContent,
  type AgentSection,
  agentSections,
  type Content,
  type GlobalSection,
  globalSections,
} from '../sections/content.ts'
import { placedOf } from '../sections/join.ts'
import { withOwn, withoutOwn } from '../sections/own.ts'
import { withoutMarkers } from './fill.ts'

export const restoreModes = ['merge', 'replace_scope', 'exact_restore'] as const
export type RestoreMode = (typeof restoreModes)[number]

export interface Scope extends Choice {
  mode: RestoreMode
  /** The package holds some settings of a gateway only, as one to be shared does: the others stay. */
  isPart: boolean
}

/**
 * What a gateway is to be once a package is restored into it. `merge` adds and overrides, and takes nothing away;
 * `replace_scope` makes each chosen section what the package says; `exact_restore` besides wants no other agents. Wanted
 * again of what it gave, it gives the same: so whoever repeats it changes nothing.
 */
export function wantedContent(now: Content, held: Content, scope: Scope): Content {
  const global = { ...now.global }
  for (const section of globalSections) {
    const tree = held.global[section]
    if (tree && wants(scope, section)) global[section] = wantedGlobal(section, tree, now.global[section] ?? {}, scope)
  }
  const agents = new Map(now.agents)
  for (const [id, agent] of held.agents)
    if (isChosen(scope, id)) agents.set(id, wantedAgent(agent, now.agents.get(id), scope))
  for (const id of extraAgents(now, held, scope)) agents.delete(id)
  if (global.cron) global.cron = withoutJobsOfNobody(global.cron, agents)
  return { global, agents }
}

/** Agents that the package does not hold and that are not to stay. Only a restore of the whole takes any away. */
export function extraAgents(now: Content, held: Content, scope: Scope): string[] {
  if (scope.mode !== 'exact_restore' || scope.sections !== null || scope.agents !== null) return []
  return [...now.agents.keys()].filter((id) => !held.agents.has(id))
}

export const wants = ({ sections }: Choice, section: GlobalSection | AgentSection | 'workspace_files'): boolean =>
  sections?.has(section) ?? true
export const isChosen = ({ agents }: Choice, id: string): boolean => agents?.has(id) ?? true

function wantedGlobal(section: GlobalSection, tree: Tree, now: Tree, { mode, isPart }: Scope): Tree {
  const resolved = treeOf(withoutMarkers(tree, now))
  const next = mode === 'merge' ? merged(now, resolved) : isPart ? part(now, resolved) : resolved
  // What belongs to this gateway alone stays, whatever the package holds of another's.
  return section === 'gateway' ? withOwn(withoutOwn(next).portable, withoutOwn(now).own) : next
}

function wantedAgent(held: AgentContent, now: AgentContent | undefined, scope: Scope): AgentContent {
  const sections = { ...now?.sections }
  for (const section of agentSections) {
    const tree = held.sections[section]
    if (!tree || !wants(scope, section)) continue
    const before = now?.sections[section] ?? {}
    const resolved = treeOf(withoutMarkers(tree, before))
    sections[section] = scope.mode === 'merge' ? merged(before, resolved) : resolved
  }
  return { sections }
}

/** Each setting that the package holds as the package says, all others as they are. */
const part = (now: Tree, held: Tree): Tree => ({
  ...now,
  ...held,
  ...(isTree(now.configuration) && isTree(held.configuration)
    ? { configuration: { ...now.configuration, ...held.configuration } }
    : {}),
})

/** A job of an agent that will not be there could never run. */
function withoutJobsOfNobody(cron: Tree, agents: ReadonlyMap<string, unknown>): Tree {
  const jobs = Object.entries(treeOf(cron.jobs)).filter(([, job]) => {
    const agent = treeOf(job).agentId
    return typeof agent !== 'string' || agents.has(agent)
  })
  return { ...cron, jobs: Object.fromEntries(jobs) }
}

/** Lists to which something is added; every other list is one value. */
const growing: ReadonlySet<string> = new Set(['bindings', 'allowlist', 'mcpTools'])

/** The place of what comes to a list of bindings: behind all that are there, in its own order. */
const behind = 1_000_000

/** Both together; where they differ, what the package says. */
function merged(now: Tree, held: Tree): Tree {
  const next: Tree = { ...now }
  for (const [name, value] of Object.entries(held)) {
    const was = next[name] ?? (growing.has(name) ? [] : undefined)
    if (isTree(was) && isTree(value)) next[name] = merged(was, value)
    else if (growing.has(name) && Array.isArray(was) && Array.isArray(value)) next[name] = united(was, value)
    else next[name] = value
  }
  return next
}

/** What is there in its order, and what comes behind it. A binding is the same wherever it stands. */
function united(now: readonly unknown[], held: readonly unknown[]): unknown[] {
  const known = new Set(now.map(textOf))
  const coming = held.filter((item) => !known.has(textOf(item)))
  return [...now, ...coming.map((item) => (isPlaced(item) ? { ...item, at: behind + (Number(item.at) || 0) } : item))]
}

const isPlaced = (item: unknown): item is Tree => isTree(item) && 'binding' in item

const textOf = (item: unknown): string => {
  const [placed] = isPlaced(item) ? placedOf([item]) : []
  return canonicalize(placed ? placed.binding : item) ?? ''
}

const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})
