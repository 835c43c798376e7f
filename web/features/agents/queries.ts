import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const AgentPage = Page(Agent)

/** The first 200 agents: for names, filters and the palette. */
export const agentNamesQuery = queryOptions({
  queryKey: ['agents', 'names'],
  queryFn: () => request(AgentPage, '/agents?limit=200'),
  staleTime: 60_000,
})

export const agentsQuery = (filter: {
  query?: string | undefined
  connectorId?: string | undefined
  state?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['agents', 'list', filter],
    queryFn: ({ pageParam }) =>
      request(AgentPage, `/agents${queryString({ ...filter, limit: 100, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const agentQuery = (id: string) =>
  queryOptions({ queryKey: ['agents', 'one', id], queryFn: () => request(Agent, `/agents/${id}`) })
