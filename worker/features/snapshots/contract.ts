import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { SemanticDiff, SnapshotScope, snapshotScopes } from './diff/contract.ts'

export { snapshotScopes }

/**
 * Why there is a version. first_seen: nothing was known before. change: ordered here. rollback: put back from here.
 * elsewhere: somebody changed it at the gateway. accepted: what was changed there was found to be right.
 */
export const snapshotCauses = ['first_seen', 'change', 'rollback', 'elsewhere', 'accepted'] as const

export const Snapshot = z.object({
  id: Id('snp'),
  agentId: Id('agt'),
  scope: SnapshotScope,
  version: z.number().int().positive(),
  hash: z.string(),
  cause: z.enum(snapshotCauses),
  /** Null where nobody knows who: it was changed at the gateway. */
  author: z.object({ id: z.string(), name: z.string() }).nullable(),
  changeId: Id('cmd').nullable(),
  approvalId: Id('apr').nullable(),
  traceId: z.string().nullable(),
  /** Of a rollback: the version that it went back to. */
  restores: z.number().int().positive().nullable(),
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

/** `version`: the one that was looked at; another means that it changed since. */
export const AcceptDrift = z.strictObject({
  scope: SnapshotScope.default('agent_config'),
  version: z.number().int().positive(),
})
export type AcceptDrift = z.infer<typeof AcceptDrift>
