import { z } from 'zod'
import { PackageSection, sections } from '../../../../cbpkg/contract.ts'
import { Id, PageQuery, Risk, Timestamp } from '../../../platform/contract.ts'
import { FileName } from '../../connectors/link/questions/contract.ts'

/**
 * waiting: critical, and nobody has allowed it yet. approved: may begin. started: under way on the machine. finished:
 * applied and read back. refused: somebody said no. lapsed: nobody decided, began or ended it in time.
 */
export const restoreStates = ['waiting', 'approved', 'started', 'finished', 'failed', 'refused', 'lapsed'] as const
/** In this order. Each looks before it writes, so that doing one again changes nothing. */
export const restoreSteps = [
  'checkpoint',
  'agents',
  'removals',
  'configuration',
  'approval_rules',
  'files',
  'cron',
  'verify',
] as const
export type RestoreStep = (typeof restoreSteps)[number]
export const restoreModes = ['merge', 'replace_scope', 'exact_restore'] as const

const Line = z.string().max(300)
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const summaryLinesMax = 200
const differencesMax = 200

export const RequestRestore = z.strictObject({
  /** The stored artifact that it is from; null for a file that was never stored here. */
  artifactId: Id('art').nullable().default(null),
  /** The id in the package's header. */
  packageId: z.uuid(),
  mode: z.enum(restoreModes),
  sections: z.array(PackageSection).min(1).max(sections.length),
  /** The package's names of the agents that are touched. */
  agents: z.array(z.string().min(1).max(200)).max(2_000).default([]),
  /** The worst of all changes. */
  risk: Risk,
  /** SHA-256 of the plan: another state of the gateway, another package or another choice is another digest. */
  planDigest: Sha256,
  changes: z.number().int().nonnegative().max(1_000_000),
  /** What would be done, one line for each change, without any value: shown to who decides. */
  summary: z.array(Line).max(summaryLinesMax).default([]),
})
export type RequestRestore = z.infer<typeof RequestRestore>

/** Settings before and behind one write of a restore, by the digests that their versions here have. */
export const WroteSettings = z.strictObject({
  scope: z.enum(['agent_config', 'bindings', 'gateway_config']),
  /** The gateway's name of the agent; null of what all agents share. */
  agent: z.string().min(1).max(200).nullable(),
  before: Sha256,
  after: Sha256,
})
export type WroteSettings = z.infer<typeof WroteSettings>
/** A file that the gateway keeps, as a restore writes it; null where it takes it away. */
export const WroteFile = z.strictObject({
  agent: z.string().min(1).max(200),
  name: FileName,
  sha256: Sha256.nullable(),
})
export type WroteFile = z.infer<typeof WroteFile>
/** Of each, in one report. */
export const wroteMax = 500

export const ReportRestore = z.discriminatedUnion('state', [
  /** Also of one that failed within the last day: it goes on. */
  z.strictObject({ state: z.literal('started'), checkpointId: Id('art').nullable().default(null) }),
  z.strictObject({ state: z.literal('progress'), step: z.enum(restoreSteps) }),
  /** Under way: what it wrote, so that a version of that, and of nothing else, is known for its work. */
  z.strictObject({
    state: z.literal('wrote'),
    settings: z.array(WroteSettings).max(wroteMax).default([]),
    files: z.array(WroteFile).max(wroteMax).default([]),
  }),
  z.strictObject({
    state: z.literal('finished'),
    /** Read back, and as it was planned but for `differences`. */
    verified: z.boolean(),
    applied: z.number().int().nonnegative().max(1_000_000),
    differences: z.array(Line).max(differencesMax).default([]),
  }),
  z.strictObject({
    state: z.literal('failed'),
    applied: z.number().int().nonnegative().max(1_000_000),
    detail: z.string().min(1).max(1_000),
  }),
])
export type ReportRestore = z.infer<typeof ReportRestore>

export const Restore = z.object({
  id: Id('rst'),
  connectorId: Id('con'),
  connectorName: z.string(),
  artifactId: Id('art').nullable(),
  packageId: z.string(),
  mode: z.enum(restoreModes),
  sections: z.array(PackageSection),
  agents: z.array(z.string()),
  risk: Risk,
  planDigest: z.string(),
  changes: z.number().int(),
  summary: z.array(z.string()),
  state: z.enum(restoreStates),
  approvalId: Id('apr').nullable(),
  requestedBy: z.object({ id: z.string(), name: z.string() }),
  requestedAt: Timestamp,
  startedAt: Timestamp.nullable(),
  /** What is done now, or was when it ended; null before the first, and of what an older version does. */
  step: z.enum(restoreSteps).nullable(),
  endedAt: Timestamp.nullable(),
  /** What was there before, as it was saved; null where it was not stored here. */
  checkpointId: Id('art').nullable(),
  verified: z.boolean().nullable(),
  applied: z.number().int().nullable(),
  differences: z.array(z.string()).nullable(),
  detail: z.string().nullable(),
})
export type Restore = z.infer<typeof Restore>

export const ListRestores = PageQuery.extend({ connectorId: Id('con').optional() })
export type ListRestores = z.infer<typeof ListRestores>
