import type {
  ChangeCategory,
  RiskRule,
  SemanticChange,
  SnapshotScope,
} from '../../../worker/features/snapshots/diff/contract.ts'
import { semanticDiff } from '../../../worker/features/snapshots/diff/index.ts'
import type { Risk } from '../../../worker/platform/contract.ts'
import type { Tree } from '../../plugin/merge-patch.ts'
import { agentSections, type Content, type ContentSection, globalSections } from '../sections/content.ts'
import { placedOf } from '../sections/join.ts'
import type { FilePlan } from './files.ts'

/** One change that a restore makes, with what it is about and how risky it is. No secret is in it. */
export type PlannedChange = Omit<SemanticChange, 'steps'> & { section: ContentSection; agent: string | null }

/** What is about more than its names say, whatever they are. */
const judged: Partial<Record<ContentSection, { category: ChangeCategory; risk: Risk; rule: RiskRule }>> = {
  approval_rules: { category: 'permissions', risk: 'critical', rule: 'permission' },
  cron: { category: 'schedule', risk: 'medium', rule: 'schedule' },
  channels: { category: 'channels', risk: 'medium', rule: 'channel' },
}
/** Settings of a gateway that let something else run in it. */
const running: ReadonlySet<unknown> = new Set(['plugins', 'hooks', 'mcp', 'gateway', 'acp'])

/** Every change from one content to another, sections in their order, agents by their ids. */
export function changesOf(now: Content, wanted: Content, files: readonly FilePlan[]): PlannedChange[] {
  const global = globalSections.flatMap((section) =>
    changesIn(section, null, now.global[section] ?? {}, wanted.global[section] ?? {}),
  )
  const agents = [...wanted.agents.keys()].sort().flatMap((agent) => {
    const [was, is] = [now.agents.get(agent)?.sections, wanted.agents.get(agent)?.sections]
    const own = agentSections.flatMap((section) => changesIn(section, agent, was?.[section] ?? {}, is?.[section] ?? {}))
    return [...own, ...files.filter((plan) => plan.agent === agent).flatMap(fileChanges)]
  })
  return [...global, ...agents]
}

function changesIn(section: ContentSection, agent: string | null, before: Tree, after: Tree): PlannedChange[] {
  const { bindings: was, ...own } = before
  const { bindings: is, ...next } = after
  const scope = (tree: Tree): Tree => (section === 'gateway' && tree.configuration ? asTree(tree.configuration) : tree)
  const changes = semanticDiff(scope(own), scope(next), 'agent_config').changes.map((change) => ({
    ...withoutSteps(change),
    ...overriding(section, change),
    section,
    agent,
  }))
  return [...changes, ...told(bindingsOf(was), bindingsOf(is), 'bindings', section, agent)]
}

const asTree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? { ...value } : {})

const bindingsOf = (list: unknown): Tree => {
  const bindings = placedOf(list).map(({ binding }) => binding)
  return bindings.length > 0 ? { bindings } : {}
}

/** A secret stays what it is; all else of some sections is judged as a whole. */
function overriding(section: ContentSection, { secret, steps }: SemanticChange) {
  if (secret) return {}
  if (section === 'gateway' && running.has(steps[0])) return judged.approval_rules
  return judged[section] ?? {}
}

function fileChanges({ agent, put, remove }: FilePlan): PlannedChange[] {
  const before = Object.fromEntries([
    ...put.flatMap((file) => (file.before === null ? [] : [[file.path, file.before]])),
    ...remove.map((file) => [file.path, file.before]),
  ])
  const after = Object.fromEntries(put.map((file) => [file.path, file.after]))
  // The same text with other rights is a change, too, that no text tells.
  const onlyMode = put.filter((file) => file.before === file.after)
  return [
    ...told(before, after, 'workspace_bundle', 'workspace_files', agent),
    ...onlyMode.map(
      (file): PlannedChange => ({
        path: file.path,
        category: 'files',
        kind: 'changed',
        before: null,
        after: file.isExecutable ? 'may be run' : 'may not be run',
        from: null,
        to: null,
        secret: false,
        risk: 'low',
        rule: 'file',
        hunks: null,
        section: 'workspace_files',
        agent,
      }),
    ),
  ]
}

const told = (before: Tree, after: Tree, scope: SnapshotScope, section: ContentSection, agent: string | null) =>
  semanticDiff(before, after, scope).changes.map(
    (change): PlannedChange => ({ ...withoutSteps(change), section, agent }),
  )

const withoutSteps = ({ steps: _, ...change }: SemanticChange) => change
