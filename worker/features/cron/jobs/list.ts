import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import type { CronJobView, ListJobs } from '../contract.ts'
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
