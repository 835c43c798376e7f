import { z } from 'zod'
import { CronJob, CronRun } from '../questions/contract.ts'

/** What a connector reports of scheduled jobs. Whatever stands in a definition is for the list, never for the sequence. */
const Short = z.string().max(300)
const AgentRef = z.string().min(1).max(200)
export const jobsPerPartMax = 100

export const cronEvents = {
  /** Something happened to one job; `job` is how it was right behind that, where the gateway told it. */
  'gateway.cron': z.object({
    jobId: Short,
    action: Short,
    name: Short.nullable(),
    agent: AgentRef.nullable(),
    job: CronJob.nullable().default(null),
  }),
  /**
   * All jobs of the gateway at `at` of the event, in as many parts as it takes; the parts of one list have the same `at`
   * and come in order. Sent after every gateway hello, when a job that was told is missing, and when many moved at once. A
   * list that is not complete tells nothing about jobs that are missing in it.
   */
  'gateway.jobs': z.object({
    part: z.number().int().min(1).max(100),
    parts: z.number().int().min(1).max(100),
    isComplete: z.boolean(),
    jobs: z.array(CronJob).max(jobsPerPartMax),
  }),
  /** A job has run: its key names job and start, so that it is one event however it was found. */
  'cron.ran': z.object({
    jobId: Short,
    name: Short.nullable(),
    agent: AgentRef.nullable(),
    run: CronRun,
    job: CronJob.nullable().default(null),
  }),
} as const
