import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'
import { CronDefinition, CronPatch } from '../connectors/link/changes/contract.ts'
import { Tree } from '../connectors/link/questions/contract.ts'

/** present: in the newest list of its gateway. gone: was there once. */
export const jobStates = ['present', 'gone'] as const
export const changeKinds = ['add', 'update', 'remove', 'run'] as const
/**
 * waiting: kept here until the gateway is there and what was ordered before it for the same job has ended. sent: with the
 * connector. conflict: the job is not what the change was made to; somebody answers which version holds. The others are
 * ends. lapsed: nobody answered in time, so it may have happened.
 */
export const changeStates = ['waiting', 'sent', 'conflict', 'applied', 'failed', 'lapsed', 'cancelled'] as const
export const openChangeStates = ['waiting', 'sent', 'conflict'] as const

const Threshold = z.number().int().min(1).max(100)
const Count = z.number().int().nonnegative()
const Revision = z.string().min(1).max(300)

/** A job as far as a person wrote it. */
export const JobVersion = z.object({
  name: z.string(),
  schedule: Tree,
  message: z.string().nullable(),
  isEnabled: z.boolean(),
})
export type JobVersion = z.infer<typeof JobVersion>

export const CronChange = z.object({
  id: Id('cch'),
  kind: z.enum(changeKinds),
  state: z.enum(changeStates),
  connectorId: Id('con'),
  agentId: z.string().nullable(),
  /** Null for one that is to be added. */
  jobId: z.string().nullable(),
  jobName: z.string(),
  /** What it changes; for what is added everything. */
  patch: CronPatch,
  /** The job as the change wants it; null for removing and running. */
  mine: JobVersion.nullable(),
  /** The job as it is at its gateway now, as far as known; null when it is gone there, or not there yet. */
  theirs: JobVersion.nullable(),
  theirRevision: z.string().nullable(),
  baseRevision: z.string().nullable(),
  /** How many edits went into it before it was handed over. */
  merged: Count,
  orderedBy: z.object({ id: z.string(), name: z.string() }),
  orderedAt: Timestamp,
  /** After this moment it is not made any more. */
  expiresAt: Timestamp,
  endedAt: Timestamp.nullable(),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
  /** The gateway's revision that it made, or the id of the run that it started. */
  reference: z.string().nullable(),
})
export type CronChange = z.infer<typeof CronChange>

export const CronJobView = z.object({
  id: Id('job'),
  /** How its gateway calls it. */
  externalId: z.string(),
  connectorId: Id('con'),
  connectorName: z.string(),
  /** Its connector and gateway are there, so that a change is made at once. */
  isReachable: z.boolean(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  name: z.string(),
  description: z.string().nullable(),
  schedule: Tree,
  payloadKind: z.string(),
  /** What the agent is told; null where the job does something else. */
  message: z.string().nullable(),
  sessionTarget: z.string().nullable(),
  revision: z.string().nullable(),
  state: z.enum(jobStates),
  isEnabled: z.boolean(),
  /** Its gateway made it and keeps it: nothing here changes it. */
  isManaged: z.boolean(),
  /** Its gateway switched it off by itself, after too many failures. */
  isAutoDisabled: z.boolean(),
  nextRunAt: Timestamp.nullable(),
  lastRunAt: Timestamp.nullable(),
  lastStatus: z.string().nullable(),
  lastError: z.string().nullable(),
  runningSince: Timestamp.nullable(),
  consecutiveFailures: Count,
  /** Its own; null where the organization's holds. */
  failureThreshold: Threshold.nullable(),
  isFailing: z.boolean(),
  failingSince: Timestamp.nullable(),
  /** A run was due then and has not happened, though the gateway was there. */
  missedAt: Timestamp.nullable(),
  /** When its gateway told of it last. */
  seenAt: Timestamp,
  /** The changes that are still open, the oldest one first. */
  openChanges: z.array(
    CronChange.pick({ id: true, kind: true, orderedAt: true }).extend({ state: z.enum(openChangeStates) }),
  ),
})
export type CronJobView = z.infer<typeof CronJobView>

const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
export const ListJobs = PageQuery.extend({
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
  enabled: flag.optional(),
  failing: flag.optional(),
  managed: flag.optional(),
  missed: flag.optional(),
  state: z.enum(jobStates).default('present'),
  /** Part of the name, in any case. */
  query: z.string().trim().max(100).optional(),
})
export type ListJobs = z.infer<typeof ListJobs>

export const CreateJob = CronDefinition.extend({ agentId: Id('agt') })
export type CreateJob = z.infer<typeof CreateJob>

/** `expectedRevision`: of the job as it was read; needed for what the gateway keeps. The threshold is ours. */
export const PatchJob = CronPatch.extend({
  expectedRevision: Revision.optional(),
  failureThreshold: Threshold.nullable().optional(),
})
  .refine((patch) => Object.keys(patch).some((key) => key !== 'expectedRevision'), 'says nothing to change')
  .refine(
    ({ expectedRevision, failureThreshold: _, ...patch }) =>
      expectedRevision !== undefined || Object.keys(patch).length === 0,
    { path: ['expectedRevision'], message: 'is needed to change what the gateway keeps' },
  )
export type PatchJob = z.infer<typeof PatchJob>
export const RemoveJob = z.strictObject({ expectedRevision: Revision.optional() })

/** `change` is null where nothing had to be told to the gateway. */
export const ChangedJob = z.object({ job: CronJobView.nullable(), change: CronChange.nullable() })
export type ChangedJob = z.infer<typeof ChangedJob>

export const RunView = z.object({
  /** Names the run within its job, and stays the same. */
  at: Timestamp,
  jobId: z.string(),
  jobName: z.string(),
  connectorId: Id('con'),
  agentId: z.string().nullable(),
  status: z.string(),
  durationMs: Count.nullable(),
  /** Cut, and masked like events are. */
  summary: z.string().nullable(),
  error: z.string().nullable(),
  sessionKey: z.string().nullable(),
  traceId: z.string().nullable(),
  model: z.string().nullable(),
  inputTokens: Count.nullable(),
  outputTokens: Count.nullable(),
})
export type RunView = z.infer<typeof RunView>

export const ListRuns = PageQuery.extend({
  /** failed: all that did not end well. */
  status: z.enum(['ok', 'failed']).optional(),
})
export type ListRuns = z.infer<typeof ListRuns>
export const ListAllRuns = ListRuns.extend({ agentId: Id('agt').optional(), connectorId: Id('con').optional() })
export type ListAllRuns = z.infer<typeof ListAllRuns>
/** live: the gateway was asked for this page too. recorded: only what was told before. */
export const RunPage = z.object({
  items: z.array(RunView),
  nextCursor: z.string().nullable(),
  source: z.enum(['live', 'recorded']),
})

export const CronSettings = z.object({
  /** So many failures in a row, and a job is failing. */
  failureThreshold: Threshold,
  version: z.number().int(),
})
export type CronSettings = z.infer<typeof CronSettings>
export const PutCronSettings = z.strictObject({ failureThreshold: Threshold })

const Counts = z.object({
  jobs: Count,
  enabled: Count,
  managed: Count,
  failing: Count,
  missed: Count,
  runs24h: Count,
  failures24h: Count,
  runs7d: Count,
  failures7d: Count,
  /** Of the runs whose gateway told; null where none did. */
  tokens24h: Count.nullable(),
  tokens7d: Count.nullable(),
})
export const CronSummary = Counts.extend({
  at: Timestamp,
  /** How many runs the schedules of reachable gateways say for the next hour, and the first of them. */
  nextHour: z.object({
    runs: Count,
    first: z.array(z.object({ jobId: Id('job'), name: z.string(), at: Timestamp })),
  }),
  waitingChanges: Count,
  conflicts: Count,
  agents: z.array(Counts.extend({ agentId: z.string().nullable(), name: z.string().nullable() })),
})
export type CronSummary = z.infer<typeof CronSummary>

export const ListCronChanges = PageQuery.extend({
  /** open: those that somebody may still do something about. */
  state: z.enum(['open', 'ended']).optional(),
  jobId: Id('job').optional(),
})
export type ListCronChanges = z.infer<typeof ListCronChanges>
/** mine: the change is made to the job as it is now, which is what `theirRevision` names. theirs: it is dropped. */
export const ResolveChange = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('mine'), theirRevision: Revision.nullable() }),
  z.strictObject({ answer: z.literal('theirs') }),
])
export type ResolveChange = z.infer<typeof ResolveChange>
