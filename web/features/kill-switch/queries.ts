import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  KillDrill,
  KilledAgent,
  KillGateways,
  KillOrder,
  KillPreview,
  type KillScope,
} from '../../../worker/features/kill-switch/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request, requestAll } from '../../api.ts'

/** What is under way is looked at this often beside what the live stream tells: steps of an agent are no events. */
const underwayMs = 700
const waitingMs = 4_000

/** How soon an order is looked at again: a stop is watched, one that waits for a gateway now and then, an end never. */
export const refreshOf = (state: KillOrder['state'] | undefined): number | false => {
  if (state === 'stopping' || state === 'recovering') return underwayMs
  return state === 'incomplete' || state === 'broken' ? waitingMs : false
}

export const previewQuery = (scope: KillScope | null) =>
  queryOptions({
    queryKey: ['kill', 'preview', scope],
    queryFn: () => request(KillPreview, '/kill-switch/preview', { method: 'POST', body: { scope } }),
    enabled: scope !== null,
    staleTime: 0,
    retry: false,
  })

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['kill', 'order', id],
    queryFn: () => request(KillOrder, `/kill-switch/orders/${id}`),
    refetchInterval: ({ state }) => refreshOf(state.data?.state),
  })

export const killedAgentsQuery = (id: string, state: KillOrder['state']) =>
  infiniteQueryOptions({
    queryKey: ['kill', 'agents', id],
    queryFn: ({ pageParam }) =>
      request(Page(KilledAgent), `/kill-switch/orders/${id}/agents${queryString({ limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: refreshOf(state),
  })

export const openOrdersQuery = queryOptions({
  queryKey: ['kill', 'open'],
  queryFn: () => requestAll(KillOrder, '/kill-switch/orders', { state: 'open' }),
  refetchInterval: ({ state }) => {
    const waits = state.data?.items.map((order) => refreshOf(order.state)).filter((ms) => ms !== false) ?? []
    return waits.length > 0 ? Math.max(2_000, Math.min(...waits)) : false
  },
})

export const endedOrdersQuery = infiniteQueryOptions({
  queryKey: ['kill', 'ended'],
  queryFn: ({ pageParam }) =>
    request(Page(KillOrder), `/kill-switch/orders${queryString({ state: 'ended', limit: 20, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

export const gatewaysQuery = queryOptions({
  queryKey: ['kill', 'gateways'],
  queryFn: () => request(KillGateways, '/kill-switch/gateways'),
})

export const drillsQuery = infiniteQueryOptions({
  queryKey: ['kill', 'drills'],
  queryFn: ({ pageParam }) =>
    request(Page(KillDrill), `/kill-switch/drills${queryString({ limit: 20, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: ({ state }) => {
    const drills = state.data?.pages.flatMap(({ items }) => items) ?? []
    return drills.some((drill) => drill.state === 'ordered') ? waitingMs : false
  },
})
