import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { ResourceGroups } from '../../../worker/features/agents/resource-groups/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const AgentPage = Page(Agent)

/** The first 200 agents: for names, filters and the palette. */
export const agentNamesQuery = queryOptions({
  queryKey: ['agents', 'names'],
  queryFn: () => request(AgentPage, '/agents?limit=200'),
  staleTime: 60_000,
})

const idsPerRequest = 100
const namesKnownKey = ['agent-names', 'known']

/** Agents that are none of the first, by their ids: null for one that nobody has any more. Each is asked for once. */
export const agentsByIdQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['agent-names', 'of', ...ids],
    queryFn: async ({ client }) => {
      const known = client.getQueryData<ReadonlyMap<string, Agent | null>>(namesKnownKey)
      const wanted = ids.filter((id) => !known?.has(id))
      const pages = Array.from({ length: Math.ceil(wanted.length / idsPerRequest) }, (_, page) => {
        const some = wanted.slice(page * idsPerRequest, (page + 1) * idsPerRequest).join()
        return request(AgentPage, `/agents${queryString({ ids: some, limit: idsPerRequest })}`)
      })
      const found = new Map<string, Agent | null>([...(known ?? []), ...wanted.map((id) => [id, null] as const)])
      for (const { items } of await Promise.all(pages)) for (const agent of items) found.set(agent.id, agent)
      client.setQueryData(namesKnownKey, found)
      return found
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

/** The first few that are called so: by name, display name or the gateway's id. */
export const agentsFoundQuery = (query: string) =>
  queryOptions({
    queryKey: ['agents', 'found', query],
    queryFn: () => request(AgentPage, `/agents${queryString({ query, limit: 20 })}`),
    placeholderData: keepPreviousData,
  })

/** What the list may be narrowed to, in the words of the API. */
export type AgentFilter = {
  query?: string | undefined
  connectorId?: string | undefined
  health?: string | undefined
  control?: string | undefined
  resourceGroup?: string | undefined
  tag?: string | undefined
  ownerId?: string | undefined
  state?: string | undefined
  sort?: string | undefined
}

export const agentsQuery = (filter: AgentFilter) =>
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

export const resourceGroupsQuery = queryOptions({
  queryKey: ['agents', 'groups'],
  queryFn: () => request(ResourceGroups, '/resource-groups'),
  staleTime: 60_000,
})
