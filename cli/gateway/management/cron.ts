import { z } from 'zod'
import type { AnswerTo, CronJob, CronRun } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'
import { redactText } from './redact.ts'

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
      lastError: label,
      runningAtMs: when,
      autoDisabled: z.unknown().optional(),
      consecutiveErrors: z.number().int().nonnegative().nullish().catch(null),
    })
    .catch({}),
})
export type JobRow = z.infer<typeof JobRow>

const pageSize = 200
const jobsOfAgentMax = 300

export async function listJobs(session: GatewaySession, agent: string): Promise<AnswerTo<'cron.list'>> {
  const { jobs, isComplete } = await readJobs(session, { agentId: agent }, jobsOfAgentMax)
  return { question: 'cron.list', jobs, isComplete }
}

/** The first jobs of a gateway or of one agent, disabled ones too; not complete when there are more than `most`. */
export async function readJobs(
  session: GatewaySession,
  of: { agentId?: string },
  most: number,
): Promise<{ jobs: CronJob[]; isComplete: boolean }> {
  const rows = await jobRows(session, of, most)
  return { jobs: rows.slice(0, most).map(ofJob), isComplete: rows.length <= most }
}

const JobPage = z.object({
  jobs: z.array(JobRow),
  hasMore: z.boolean().catch(false),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

async function jobRows(session: GatewaySession, of: { agentId?: string }, most: number): Promise<JobRow[]> {
  const rows: JobRow[] = []
  let offset: number | null = 0
  while (offset !== null && rows.length <= most) {
    const params = { ...of, includeDisabled: true, limit: pageSize, ...(offset > 0 ? { offset } : {}) }
    const page: z.infer<typeof JobPage> = await session.call('cron.list', params, JobPage, 60_000)
    rows.push(...page.jobs)
    offset = page.hasMore ? (page.nextOffset ?? null) : null
  }
  return rows
}

export const isManaged = ({ declarationKey }: Pick<JobRow, 'declarationKey'>): boolean =>
  declarationKey != null && !declarationKey.startsWith(ownDeclaration)

/** A job in our words: bounded, and without what looks like a credential. */
export const ofJob = (job: JobRow): CronJob => ({
  id: cut(job.id),
  name: cut(job.name),
  description: cutOrNull(job.description, 1_000),
  agent: job.agentId || job.effectiveAgentId ? cut(job.agentId || job.effectiveAgentId || '', 200) : null,
  isEnabled: job.enabled,
  isManaged: isManaged(job),
  schedule: job.schedule,
  payload: { kind: cut(job.payload.kind), message: clean(job.payload.message ?? job.payload.text, 4_000) },
  sessionTarget: cutOrNull(job.sessionTarget),
  revision: cutOrNull(job.configRevision),
  nextRunAt: timeOrNull(job.nextRunAtMs ?? job.state.nextRunAtMs),
  lastRunAt: timeOrNull(job.state.lastRunAtMs),
  lastStatus: cutOrNull(job.state.lastRunStatus ?? job.state.lastStatus),
  lastError: clean(job.state.lastError),
  consecutiveErrors: job.state.consecutiveErrors ?? 0,
  runningSince: timeOrNull(job.state.runningAtMs),
  isAutoDisabled: job.state.autoDisabled != null,
})

const clean = (text: string | null | undefined, most = 1_000): string | null =>
  text == null ? null : cut(redactText(text, []).text, most)

const tokens = z.number().int().nonnegative().nullish().catch(null)
/** A run as the gateway's history and its `finished` event tell it. */
export const RunRow = z.object({
  jobId: z.string(),
  ts: when,
  runAtMs: when,
  status: z.string().catch('unknown'),
  durationMs: z.number().nonnegative().nullish().catch(null),
  summary: label,
  error: label,
  sessionKey: label,
  jobName: label,
  model: label,
  usage: z.object({ input_tokens: tokens, output_tokens: tokens }).nullish().catch(null),
})
export type RunRow = z.infer<typeof RunRow>
export const RunPage = z.object({
  entries: z.array(RunRow),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

export const ofRun = (run: RunRow): CronRun => ({
  jobId: cut(run.jobId),
  at: instant(run.runAtMs ?? run.ts),
  status: cut(run.status),
  durationMs: run.durationMs == null ? null : Math.round(run.durationMs),
  summary: clean(run.summary),
  error: clean(run.error),
  sessionKey: cutOrNull(run.sessionKey),
  runId: null,
  model: cutOrNull(run.model),
  inputTokens: run.usage?.input_tokens ?? null,
  outputTokens: run.usage?.output_tokens ?? null,
})

/** The newest runs of a job first, in pages. */
export async function listRuns(
  session: GatewaySession,
  jobId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<AnswerTo<'cron.runs'>> {
  const params = { id: jobId, limit, ...(offset > 0 ? { offset } : {}) }
  const { entries, nextOffset } = await session.call('cron.runs', params, RunPage, 60_000)
  const runs = entries.slice(0, limit).map(ofRun)
  return { question: 'cron.runs', runs, nextOffset: nextOffset ?? null }
}

const timeOrNull = (ms: number | null | undefined): string | null => (ms ? instant(ms) : null)
