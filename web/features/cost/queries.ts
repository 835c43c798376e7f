import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { CostByAgent, CostByConnector, CostByModel, CostSummary } from '../../../worker/features/cost/contract.ts'
import { queryString, request } from '../../api.ts'
import type { CostRange } from './range.ts'

/** Ends of runs make all of it stale as they are told live; what a connector tells late is looked for now and then. */
const refreshMs = 60_000
const perPage = 10

export const summaryQuery = (range: CostRange) =>
  queryOptions({
    queryKey: ['cost', 'summary', range],
    queryFn: () => request(CostSummary, `/cost/summary${queryString(range)}`),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  })

const pagesOf = <S extends z.ZodType<{ nextCursor: string | null }>>(by: string, schema: S, range: CostRange) =>
  infiniteQueryOptions({
    queryKey: ['cost', by, range],
    queryFn: ({ pageParam }) =>
      request(schema, `/cost/by-${by}${queryString({ ...range, limit: perPage, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

/** The costliest first. */
export const byAgentQuery = (range: CostRange) => pagesOf('agent', CostByAgent, range)
export const byModelQuery = (range: CostRange) => pagesOf('model', CostByModel, range)
export const byConnectorQuery = (range: CostRange) => pagesOf('connector', CostByConnector, range)

/** What one agent's runs cost; null where none ended. */
export const agentCostQuery = (agentId: string, range: CostRange) =>
  queryOptions({
    queryKey: ['cost', 'of', agentId, range],
    queryFn: async () =>
      (await request(CostByAgent, `/cost/by-agent${queryString({ ...range, agentId, limit: 1 })}`)).items[0] ?? null,
    refetchInterval: refreshMs,
  })
