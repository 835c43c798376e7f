import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { AgentChange } from '../agents/changes/contract.ts'
import { ToolPolicyThen } from '../agents/explain/api/contract.ts'
import { BudgetAt } from '../budgets/contract.ts'
import {
  ChangeCategory,
  KnownFile,
  SemanticChange,
  SemanticDiff,
  SnapshotScope,
  snapshotScopes,
} from './diff/contract.ts'

export { snapshotScopes }

/**
 * Why there is a version. first_seen: nothing was known before, or of dependencies no versions were. change: ordered here. rollback: put back from here.
 * restore: a package was put back by a restore announced here. elsewhere: somebody changed it at the gateway. accepted: what was changed there was found to be right. stopped, recovered:
 * only what an order of the kill switch sets differs, while it holds the agent or once it was taken back.
 */
export const snapshotCauses = [
  'first_seen',
  'change',
  'rollback',
  'restore',
  'elsewhere',
  'accepted',
  'stopped',
  'recovered',
] as const
export type SnapshotCause = (typeof snapshotCauses)[number]
/** What was made or accepted here: drift is told against the newest of these. */
export const trustedCauses = ['first_seen', 'change', 'rollback', 'restore', 'accepted'] as const

export const CategoryCount = z.object({ category: ChangeCategory, count: z.number().int().positive() })
export type CategoryCount = z.infer<typeof CategoryCount>

export const Snapshot = z.object({
  id: Id('snp'),
  /** Null of what all agents of a gateway share. */
  agentId: Id('agt').nullable(),
  connectorId: Id('con'),
  scope: SnapshotScope,
  version: z.number().int().positive(),
  hash: z.string(),
  cause: z.enum(snapshotCauses),
  /** Null where nobody knows who: it was changed at the gateway. */
  author: z.object({ id: z.string(), name: z.string() }).nullable(),
  changeId: Id('cmd').nullable(),
  approvalId: Id('apr').nullable(),
  traceId: z.string().nullable(),
  /** The version that a rollback went back to. Of a `change`: of a rollback that was cut off and did only a part of it. */
  restores: z.number().int().positive().nullable(),
  /** Of what it changed in the version before; null where nothing was before, nothing differs, or nobody kept it. */
  risk: Risk.nullable(),
  /** What that change was about; null where `risk` is not known either. */
  changes: z.array(CategoryCount).nullable(),
  at: Timestamp,
})
export type Snapshot = z.infer<typeof Snapshot>

export const ListVersions = PageQuery.extend({ scope: SnapshotScope.default('agent_config') })
export type ListVersions = z.infer<typeof ListVersions>

export const Scoped = z.strictObject({ scope: SnapshotScope.default('agent_config') })

export const SnapshotWithContent = Snapshot.extend({
  /** Without secrets, like everything that leaves a gateway. */
  content: z.record(z.string(), z.unknown()),
})

/** The number of a version, or what stands at the gateway now. */
const End = z.union([z.coerce.number().int().positive(), z.literal('live')])
export const DiffVersions = Scoped.extend({ from: End, to: End })
export type DiffVersions = z.infer<typeof DiffVersions>

export const VersionsDiff = SemanticDiff.extend({
  scope: SnapshotScope,
  from: Snapshot,
  /** Both are versions: what is live was saved as one. */
  to: Snapshot,
})
export type VersionsDiff = z.infer<typeof VersionsDiff>

/** Whether what stands at the gateway is what was last made or accepted here. */
export const Drift = z.object({
  scope: SnapshotScope,
  drifted: z.boolean(),
  /** The newest version that was made or accepted here: the one to go back to. */
  trusted: Snapshot.nullable(),
  /** What the gateway said last. */
  newest: Snapshot.nullable(),
  /** When the first version that differs was seen. */
  since: Timestamp.nullable(),
  changes: SemanticDiff.shape.changes,
  risk: Risk.nullable(),
})
export type Drift = z.infer<typeof Drift>
export const AgentDrift = z.object({ checkedAt: Timestamp, scopes: z.array(Drift) })
export type AgentDrift = z.infer<typeof AgentDrift>

export const ListDrift = PageQuery.extend({
  connectorId: Id('con').optional(),
  agentId: Id('agt').optional(),
  resourceGroup: z.string().min(1).max(100).optional(),
  scope: SnapshotScope.optional(),
  /** At least this risky. */
  risk: Risk.optional(),
})
export type ListDrift = z.infer<typeof ListDrift>

/** An agent whose gateway said something else last than was made or accepted here. */
export const DriftedAgent = z.object({
  /** Of what all agents of a gateway share: one of them, through which it is looked at and accepted. */
  agentId: Id('agt'),
  /** The agent's; of what all agents of a gateway share the connector's. */
  agentName: z.string(),
  connectorId: Id('con'),
  scope: SnapshotScope,
  /** The version to go back to. */
  trusted: z.number().int().positive(),
  /** What the gateway said last: the one to accept. */
  newest: z.number().int().positive(),
  since: Timestamp,
  /** When the newest was seen. */
  at: Timestamp,
  changes: z.number().int().positive(),
  categories: z.array(ChangeCategory),
  risk: Risk,
})
export type DriftedAgent = z.infer<typeof DriftedAgent>

/**
 * A path as drift tells it, and everything below it; `*` stands for any characters of one name. Of permissions and secrets
 * only the path itself, without `*`.
 */
const DriftPattern = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}]+$/u, 'a path without spaces')
  .refine((pattern) => /[^*.]/.test(pattern), 'it would hide everything')

/** `If-Match` says which version it replaces. */
export const PutDriftIgnores = z.strictObject({ patterns: z.array(DriftPattern).max(100) })
export type PutDriftIgnores = z.infer<typeof PutDriftIgnores>

/** What is not told as drift. */
export const DriftIgnores = z.object({
  /** 0: nobody has changed it yet. */
  version: z.number().int().nonnegative(),
  patterns: z.array(z.string()),
  /** Names that are never told, since each gateway writes them by itself. */
  always: z.array(z.string()),
  changedAt: Timestamp.nullable(),
  changedByName: z.string().nullable(),
})
export type DriftIgnores = z.infer<typeof DriftIgnores>

/** `version`: the one that was looked at; another means that it changed since. */
export const AcceptDrift = z.strictObject({
  scope: SnapshotScope.default('agent_config'),
  version: z.number().int().positive(),
})
export type AcceptDrift = z.infer<typeof AcceptDrift>

/** Only these categories go back; all of them when none are named. */
export const RollbackTo = Scoped.extend({
  version: z.number().int().positive(),
  categories: z.array(ChangeCategory).min(1).max(20).optional(),
})
export type RollbackTo = z.infer<typeof RollbackTo>

const Dependency = z.object({ kind: z.enum(['model', 'skill', 'channel']), name: z.string() })

/** What going back would do, before it is done. */
export const RollbackPreview = z.object({
  to: Snapshot,
  /** What stands at the gateway now, saved as a version: the way back from the rollback. */
  live: Snapshot,
  changes: z.array(SemanticChange),
  risk: Risk.nullable(),
  /** It waits for an approval that is bound to `digest`. */
  needsApproval: z.boolean(),
  /** Paths of secrets that the version had and that are not there now: nobody here knows them. They stay out. */
  secrets: z.array(z.string()),
  /** Paths at which a secret stands within what would be written: it can not be done from here. */
  blocked: z.array(z.string()),
  /** Files that stay as they are, and why: nobody here knows their text, or the gateway has no word for taking one away. */
  left: z.array(z.object({ path: z.string(), reason: z.enum([...KnownFile.shape.reason.options, 'not_removable']) })),
  /** It would restart the gateway. */
  restarts: z.boolean(),
  /** What it names and does not bring along. */
  dependsOn: z.array(Dependency),
  /** Of these what the gateway does not have now; null where nobody could be asked. */
  missing: z.array(Dependency).nullable(),
  /** The entry would be the version's by hash, not just in part. */
  exact: z.boolean(),
  /** Of what is there, what it goes back to, and what would be written. */
  digest: z.string(),
})
export type RollbackPreview = z.infer<typeof RollbackPreview>

/** `digest`: of the preview that was looked at. */
export const RollBack = RollbackTo.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) })
export type RollBack = z.infer<typeof RollBack>

/** What became of one file. undone: written, and put back since another could not be. */
export const RolledBackFile = z.object({
  name: z.string(),
  outcome: z.enum(['written', 'undone', 'open', 'not_written']),
  changeId: Id('cmd').nullable(),
  detail: z.string().nullable(),
})
export type RolledBackFile = z.infer<typeof RolledBackFile>

/**
 * nothing: it is so already. waiting: for the decision of `approvalId`; ask the same again when it is made. under_way:
 * nobody knows yet. done: the gateway took it; `verified` says whether it was read back with the hash that was wanted.
 * partial: of several files some are written and could not be put back; `files` says which, and `snapshot` is what stands
 * there now, or null when that could not be read.
 */
export const RolledBack = z.object({
  state: z.enum(['nothing', 'waiting', 'under_way', 'done', 'partial']),
  approvalId: Id('apr').nullable(),
  change: AgentChange.nullable(),
  verified: z.boolean().nullable(),
  /** Of files, in the order in which they were written; otherwise empty. */
  files: z.array(RolledBackFile),
  snapshot: Snapshot.nullable(),
})
export type RolledBack = z.infer<typeof RolledBack>

export const StateAt = z.strictObject({ at: z.iso.datetime({ offset: true }) })
/** What was in force at a moment, as far as it was seen. */
export const AgentStateAt = z.object({
  at: Timestamp,
  config: SnapshotWithContent.nullable(),
  bindings: SnapshotWithContent.nullable(),
  /** Its files, without what stood in them: that is the version's. */
  files: Snapshot.nullable(),
  dependencies: SnapshotWithContent.nullable(),
  /** What all agents of its gateway share; null of a moment before that was kept. */
  gateway: SnapshotWithContent.nullable(),
  /**
   * What the versions of then allow it, for the operator in its main conversation, by the rules of the gateway's version
   * that is named. Null while its configuration, or what all agents share, had not been seen: nobody can say then.
   */
  toolPolicy: ToolPolicyThen.nullable(),
  /** The version of the rules that decided; 0 when there were none yet. */
  rulesVersion: z.number().int().nonnegative(),
  /** Budgets that were in force, of those that cover the agent as it is now. */
  budgets: z.array(BudgetAt),
})
export type AgentStateAt = z.infer<typeof AgentStateAt>
