import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { CronChange, CronJobView, CronSettings, CronSummary, RunPage } from '../../../worker/features/cron/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request, requestAll } from '../../api.ts'

const JobPage = Page(CronJobView)

export type JobFilter = {
  agentId?: string | undefined
  connectorId?: string | undefined
  enabled?: string | undefined
  failing?: string | undefined
  managed?: string | undefined
  missed?: string | undefined
  state?: string | undefined
  query?: string | undefined
}

export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ['cron', 'jobs', filter],
    queryFn: ({ pageParam }) =>
      request(JobPage, `/cron/jobs${queryString({ ...filter, limit: 100, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const jobQuery = (id: string) =>
  queryOptions({ queryKey: ['cron', 'job', id], queryFn: () => request(CronJobView, `/cron/jobs/${id}`) })

export const runsQuery = (path: string, filter: { status?: string | undefined; agentId?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['cron', 'runs', path, filter],
    queryFn: ({ pageParam }) => request(RunPage, `${path}${queryString({ ...filter, limit: 30, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const summaryQuery = queryOptions({
  queryKey: ['cron', 'summary'],
  queryFn: () => request(CronSummary, '/cron/summary'),
})

export const settingsQuery = queryOptions({
  queryKey: ['cron', 'settings'],
  queryFn: () => request(CronSettings, '/cron/settings'),
})

/** What waits and what is in conflict; of one job when it is named. */
export const openChangesQuery = (jobId?: string) =>
  queryOptions({
    queryKey: ['cron', 'changes', jobId ?? ''],
    queryFn: () => requestAll(CronChange, '/cron/changes', { state: 'open', jobId }),
  })

export const reloadCron = (client: QueryClient) => client.invalidateQueries({ queryKey: ['cron'] })
