import { z } from 'zod'
import { ConfigIssue, reloadKinds, Tree } from '../../connectors/link/questions/contract.ts'
import { SemanticDiff } from '../../snapshots/diff/contract.ts'
import { AgentChange } from '../changes/contract.ts'
import { Freshness } from '../live/contract.ts'

/** What the gateway's configuration says of one agent, without its secrets. */
export const AgentConfig = z.object({
  freshness: Freshness,
  /** Names this configuration of the whole gateway; a change says which one it is made to. */
  hash: z.string(),
  valid: z.boolean(),
  issues: z.array(ConfigIssue),
  /** The agent's own entry; null when everything comes from the defaults. */
  entry: Tree.nullable(),
  /** What holds for all agents that say nothing else. */
  defaults: Tree,
  tools: Tree,
  /** Which conversations the gateway routes to this agent, in its order. */
  bindings: z.array(Tree),
})
export type AgentConfig = z.infer<typeof AgentConfig>

export const Difference = z.object({
  /** Below the agent's entry, with dots. */
  path: z.string(),
  kind: z.enum(['added', 'changed', 'removed']),
  before: z.unknown(),
  after: z.unknown(),
})
export type Difference = z.infer<typeof Difference>

/** `patch`: a merge patch (RFC 7386) of the agent's entry. `baseHash`: of the configuration that it was made to. */
export const ChangeConfig = z.strictObject({ patch: Tree, baseHash: z.string().min(1).max(300) })
export type ChangeConfig = z.infer<typeof ChangeConfig>

/** What a change would do, before it is made. */
export const ConfigPreview = z.object({
  freshness: Freshness,
  /** The newest one; another than was given means that somebody changed something meanwhile. */
  hash: z.string(),
  changes: z.array(Difference.extend({ title: z.string().nullable(), reloadKind: z.enum(reloadKinds).nullable() })),
  /** What these paths mean, as between two versions: by category, each with its risk, and the risk of the whole. */
  meaning: SemanticDiff,
  /** It would restart the gateway. */
  restarts: z.boolean(),
  /** Paths that were changed meanwhile and are changed here too: such a change is refused. */
  conflicts: z.array(z.string()),
  /** Paths of secrets, which are not set from here. */
  secrets: z.array(z.string()),
})
export type ConfigPreview = z.infer<typeof ConfigPreview>

/** `change` is null when there was nothing to do. */
export const ConfigChanged = z.object({ change: AgentChange.nullable(), differences: z.array(Difference) })
export type ConfigChanged = z.infer<typeof ConfigChanged>
