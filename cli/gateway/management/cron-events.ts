import { z } from 'zod'
import { jobsPerPartMax } from '../../../worker/features/connectors/link/cron/contract.ts'
import type { CronJob } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { EventDraft } from '../../journal/draft.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import { eventKey } from '../keys.ts'
import { JobRow, ofJob, ofRun, RunRow } from './cron.ts'

/** The gateway's `cron` event; what a finished run says stands beside the job. */
export const CronEvent = RunRow.extend({
  jobId: z.string().min(1),
  action: z.string(),
  job: z.unknown(),
})
type CronEvent = z.infer<typeof CronEvent>

const partBytesMax = 200 * 1024

/**
 * A job that is told without its revision, as the gateway does in its events, could not be changed by whoever reads it: it
 * is left out, and the look that follows each event tells it.
 */
export function cronDraft(event: CronEvent): EventDraft {
  const parsed = JobRow.safeParse(event.job)
  const row = parsed.success ? parsed.data : null
  const job = row?.configRevision ? ofJob(row) : null
  if (event.action === 'finished') return ranDraft({ ...event, jobName: row?.name ?? event.jobName }, job)
  const payload = { jobId: cut(event.jobId), action: cut(event.action), job, ...whose(row?.name, row?.agentId) }
  return { type: 'gateway.cron', key: null, at: instant(undefined), payload }
}

/** One run, under the same key whether it was told live or found in the gateway's history. */
export function ranDraft(row: RunRow, job: CronJob | null): EventDraft {
  const run = ofRun(row)
  return {
    type: 'cron.ran',
    key: eventKey('cron.ran', row.jobId, String(Date.parse(run.at))),
    at: instant(row.ts ?? Date.parse(run.at) + (run.durationMs ?? 0)),
    payload: { jobId: run.jobId, run, job, ...whose(job?.name ?? row.jobName, job?.agent) },
  }
}

export const stateDraft = (job: CronJob): EventDraft => ({
  type: 'gateway.cron',
  key: null,
  at: instant(undefined),
  payload: { jobId: job.id, action: 'state', name: job.name, agent: job.agent, job },
})

/** The whole list in parts that each fit one event; an empty list is one part. */
export function listDrafts(jobs: CronJob[], isComplete: boolean, at: string): EventDraft[] {
  const parts: CronJob[][] = [[]]
  let bytes = 0
  for (const job of jobs) {
    const size = Buffer.byteLength(JSON.stringify(job))
    const last = parts.at(-1) ?? []
    if (last.length >= jobsPerPartMax || (last.length > 0 && bytes + size > partBytesMax)) {
      parts.push([job])
      bytes = size
    } else {
      last.push(job)
      bytes += size
    }
  }
  return parts.map((part, index) => ({
    type: 'gateway.jobs',
    key: null,
    at,
    payload: { part: index + 1, parts: parts.length, isComplete, jobs: part },
  }))
}

const whose = (told: string | null | undefined, agent: string | null | undefined) => ({
  name: cutOrNull(told),
  agent: agent ? cut(agent, 200) : null,
})
