import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { sealNow } from '../../../platform/seal.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { drainSoon } from '../../audit/index.ts'
import type { CronJob } from '../../connectors/link/questions/contract.ts'
import { maskingRulesOf, maskText } from '../../masking/index.ts'
import type { JobRow } from '../schema.ts'
import { assessStatements } from './assess.ts'
import {
  goneStatement,
  insertJobStatement,
  jobByExternalId,
  jobsOfConnector,
  listedStatement,
  seenStatement,
  updateJobStatement,
} from './store.ts'

type AgentIds = ReadonlyMap<string, string>
interface JobsPart {
  part: number
  parts: number
  isComplete: boolean
  jobs: CronJob[]
}

/** D1 takes a batch as one request. */
const jobsPerBatch = 12

/**
 * The gateway of a connector told its jobs, or a part of them, as they were at `at` (ms, the connector's clock): the list
 * here follows. With the last part of a complete list, whatever it did not name is gone. Told twice, or late, it changes
 * nothing more.
 */
export const jobsListed = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIds: AgentIds,
  { part, parts, isComplete, jobs }: JobsPart,
  at: number,
): Promise<void> => {
  const known = new Map((await jobsOfConnector(ctx, connectorId)).map((row) => [row.externalId, row]))
  const news = await Promise.all(
    jobs.map(async (job) => {
      const row = known.get(job.id)
      return isSame(row, job) ? [] : jobStatements(ctx, connectorId, agentIds, job, row, at)
    }),
  )
  const changed = news.filter((statements) => statements.length > 0)
  for (let start = 0; start < changed.length; start += jobsPerBatch)
    await commitAll(ctx.db, changed.slice(start, start + jobsPerBatch).flat())
  const seen = jobs.map(({ id }) => id)
  const rest =
    part === parts && isComplete ? [goneStatement(ctx, connectorId, at), listedStatement(ctx, connectorId, at)] : []
  await commitAll(ctx.db, [seenStatement(ctx, connectorId, seen, at), ...rest])
  if (changed.length > 0) await drainSoon(ctx, ctx.organizationId)
}

/** Something happened to one job; null for what is not known of it but that it happened. */
export const jobTold = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIds: AgentIds,
  { jobId, action, job }: { jobId: string; action: string; job: CronJob | null },
  at: number,
): Promise<void> => {
  const row = await jobByExternalId(ctx, connectorId, jobId)
  if (action === 'removed') {
    if (row?.state !== 'present') return
    const gone = { state: 'gone', nextRunAt: null, runningSince: null, failingSince: null, missedAt: null } as const
    await updateJobStatement(ctx, row.id, gone, at)
  } else if (job && !isSame(row, job)) {
    await commitAll(ctx.db, await jobStatements(ctx, connectorId, agentIds, job, row, at))
    await drainSoon(ctx, ctx.organizationId)
  }
}

const digest = (job: CronJob): string => digestOf(JSON.stringify(job))
const isSame = (row: JobRow | undefined, job: CronJob): boolean =>
  row?.state === 'present' && row.digest === digest(job)

/** The job as it was told, and what follows from how often it failed. */
const jobStatements = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIds: AgentIds,
  job: CronJob,
  row: JobRow | undefined,
  at: number,
): Promise<Statement[]> => {
  const id = row?.id ?? ctx.newId('job')
  const rules = await maskingRulesOf(ctx, ctx.organizationId)
  const agentId = job.agent === null ? null : (agentIds.get(job.agent) ?? null)
  const { message } = job.payload
  const told = {
    agentId,
    name: job.name,
    description: job.description,
    schedule: job.schedule,
    payloadKind: job.payload.kind,
    message: message === null ? null : sealNow(ctx.config, messagePurpose(id), message),
    sessionTarget: job.sessionTarget,
    revision: job.revision,
    isManaged: job.isManaged,
    isEnabled: job.isEnabled,
    isAutoDisabled: job.isAutoDisabled,
    nextRunAt: msOf(job.nextRunAt),
    lastRunAt: msOf(job.lastRunAt),
    lastStatus: job.lastStatus,
    lastError: job.lastError === null ? null : maskText(job.lastError, rules),
    runningSince: msOf(job.runningSince),
    consecutiveFailures: job.consecutiveErrors,
    state: 'present' as const,
    digest: digest(job),
  }
  const write = row
    ? updateJobStatement(ctx, id, told, at)
    : insertJobStatement(ctx, {
        ...told,
        id,
        organizationId: ctx.organizationId,
        connectorId,
        externalId: job.id,
        firstSeenAt: at,
        seenAt: at,
        failureThreshold: null,
        failingSince: null,
        missedAt: null,
      })
  return [write, ...assessStatements(ctx, { id, connectorId, agentId, name: job.name, ...failuresOf(job) }, at)]
}

const failuresOf = (job: CronJob) => ({
  consecutiveFailures: job.consecutiveErrors,
  lastStatus: job.lastStatus,
})
export const messagePurpose = (id: string): string => `cron-job:${id}`
const msOf = (timestamp: string | null): number | null => (timestamp === null ? null : Date.parse(timestamp))
