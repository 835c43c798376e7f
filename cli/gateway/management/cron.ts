import { z } from 'zod'
import type { AnswerTo, CronJob } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'

/** Jobs that we make carry this in their declaration key, so that making one twice makes one. */
export const ownDeclaration = 'clawbutler:'

const when = z.number().nullish().catch(null)
const label = z.string().nullish().catch(null)
export const JobRow = z.object({
  id: z.string(),
  declarationKey: label,
  name: z.string().catch(''),
  description: label,
  agentId: label,
  effectiveAgentId: label,
  enabled: z.boolean(),
  schedule: z.record(z.string(), z.unknown()),
  payload: z.object({ kind: z.string().catch(''), message: label, text: label }),
  sessionTarget: label,
  configRevision: label,
  nextRunAtMs: when,
  state: z
    .object({
      nextRunAtMs: when,
      lastRunAtMs: when,
      lastStatus: label,
      lastRunStatus: label,
      consecutiveErrors: z.number().int().nonnegative().nullish().catch(null),
    })
    .catch({}),
})
export type JobRow = z.infer<typeof JobRow>

const pageSize = 200
const jobsMax = 300

export async function listJobs(session: GatewaySession, agent: string): Promise<AnswerTo<'cron.list'>> {
  const rows = await jobRows(session, agent)
  return { question: 'cron.list', jobs: rows.slice(0, jobsMax).map(ofJob), isComplete: rows.length <= jobsMax }
}

const JobPage = z.object({
  jobs: z.array(JobRow),
  hasMore: z.boolean().catch(false),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

async function jobRows(session: GatewaySession, agentId: string): Promise<JobRow[]> {
  const rows: JobRow[] = []
  let offset: number | null = 0
  while (offset !== null && rows.length <= jobsMax) {
    const params = { agentId, includeDisabled: true, limit: pageSize, ...(offset > 0 ? { offset } : {}) }
    const page: z.infer<typeof JobPage> = await session.call('cron.list', params, JobPage, 60_000)
    rows.push(...page.jobs)
    offset = page.hasMore ? (page.nextOffset ?? null) : null
  }
  return rows
}

export const isManaged = ({ declarationKey }: Pick<JobRow, 'declarationKey'>): boolean =>
  declarationKey != null && !declarationKey.startsWith(ownDeclaration)

const ofJob = (job: JobRow): CronJob => ({
  id: cut(job.id),
  name: cut(job.name),
  description: cutOrNull(job.description, 1_000),
  agent: job.agentId || job.effectiveAgentId ? cut(job.agentId || job.effectiveAgentId || '', 200) : null,
  isEnabled: job.enabled,
  isManaged: isManaged(job),
  schedule: job.schedule,
  payload: { kind: cut(job.payload.kind), message: cutOrNull(job.payload.message ?? job.payload.text, 4_000) },
  sessionTarget: cutOrNull(job.sessionTarget),
  revision: cutOrNull(job.configRevision),
  nextRunAt: timeOrNull(job.nextRunAtMs ?? job.state.nextRunAtMs),
  lastRunAt: timeOrNull(job.state.lastRunAtMs),
  lastStatus: cutOrNull(job.state.lastRunStatus ?? job.state.lastStatus),
  consecutiveErrors: job.state.consecutiveErrors ?? 0,
})

const RunPage = z.object({
  entries: z.array(
    z.object({
      jobId: z.string(),
      ts: z.number(),
      runAtMs: when,
      status: z.string().catch('unknown'),
      durationMs: z.number().nonnegative().nullish().catch(null),
      summary: label,
      error: label,
      sessionKey: label,
    }),
  ),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

/** The newest runs of a job first, in pages. */
export async function listRuns(
  session: GatewaySession,
  jobId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<AnswerTo<'cron.runs'>> {
  const params = { id: jobId, limit, ...(offset > 0 ? { offset } : {}) }
  const { entries, nextOffset } = await session.call('cron.runs', params, RunPage, 60_000)
  const runs = entries.slice(0, limit).map((run) => ({
    jobId: cut(run.jobId),
    at: instant(run.runAtMs ?? run.ts),
    status: cut(run.status),
    durationMs: run.durationMs == null ? null : Math.round(run.durationMs),
    summary: cutOrNull(run.summary, 1_000),
    error: cutOrNull(run.error, 1_000),
    sessionKey: cutOrNull(run.sessionKey),
  }))
  return { question: 'cron.runs', runs, nextOffset: nextOffset ?? null }
}

const timeOrNull = (ms: number | null | undefined): string | null => (ms ? instant(ms) : null)
