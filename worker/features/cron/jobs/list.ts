import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import type { CronJobView, ListJobs } from '../contract.ts'
import { failingJobRows } from './judging/store.ts'
import { getJob, listJobRows } from './store.ts'
import { viewJobs } from './view.ts'

const Beyond = z.object({ name: z.string(), id: z.string() })

export const listJobs = async (ctx: OrganizationContext, { limit, cursor, ...filter }: ListJobs) => {
  const rows = await listJobRows(ctx, filter, limit + 1, fromCursor(Beyond, cursor))
  const page = pageOf(rows, limit, ({ name, id }) => ({ name, id }))
  return { ...page, items: await viewJobs(ctx, page.items) }
}

export const showJob = async (ctx: OrganizationContext, id: string): Promise<CronJobView> => {
  const [job] = await viewJobs(ctx, [await getJob(ctx, id)])
  if (!job) throw notFound('Job')
  return job
}

export interface FailingJob {
  id: string
  name: string
  consecutiveFailures: number
  /** Milliseconds since 1970. */
  failingSince: number
}

/** The enabled jobs of these agents that have failed as often in a row as their threshold says, by agent. */
export const failingJobs = async (
  ctx: OrganizationContext,
  agentIds: readonly string[],
): Promise<Map<string, FailingJob[]>> => {
  const byAgent = new Map<string, FailingJob[]>()
  for (const { agentId, failingSince, id, name, consecutiveFailures } of await failingJobRows(ctx, agentIds)) {
    if (agentId === null || failingSince === null) continue
    const jobs = byAgent.get(agentId) ?? []
    byAgent.set(agentId, [...jobs, { id, name, consecutiveFailures, failingSince }])
  }
  return byAgent
}
