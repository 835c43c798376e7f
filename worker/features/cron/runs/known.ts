import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import type { AnswerTo, CronRun } from '../../connectors/link/questions/contract.ts'
import { jobByExternalId } from '../jobs/store.ts'
import { type DescribedRun, runRowsOfJob } from './store.ts'

/** The runs of a job as its gateway told them, the newest first, and of when that is; null for a job that it never told. */
export const runsKnown = async (
  ctx: OrganizationContext,
  connectorId: string,
  { jobId, limit, offset }: { jobId: string; limit: number; offset: number },
): Promise<(Omit<AnswerTo<'cron.runs'>, 'question'> & { at: number }) | null> => {
  const job = await jobByExternalId(ctx, connectorId, jobId)
  if (!job) return null
  const rows = await runRowsOfJob(ctx, connectorId, jobId, { limit: limit + 1, offset })
  const nextOffset = rows.length > limit ? offset + limit : null
  return { runs: rows.slice(0, limit).map(runOf), nextOffset, at: job.seenAt }
}

const runOf = ({ at, externalId, ...run }: DescribedRun): CronRun => ({
  ...{ jobId: externalId, at: iso(at), status: run.status, durationMs: run.durationMs },
  ...{ summary: run.summary, error: run.error, sessionKey: run.sessionKey, runId: null },
  ...{ model: run.model, inputTokens: run.inputTokens, outputTokens: run.outputTokens },
})
