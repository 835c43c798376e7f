import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { EventCount, EventsPage, type SearchFilter } from '../../../../worker/features/audit/contract.ts'
import { queryString, request } from '../../../api.ts'
import { newestLiveSeq } from '../../../live.ts'

const pageSize = 200

/**
 * What a search finds, page by page. It stays as it was found: rows do not move under a reader, who is told of newer
 * events instead and asks for them. Each page says what the live stream had told before it was asked for.
 */
export const searchQuery = (filter: SearchFilter, order: 'newest' | 'oldest') =>
  infiniteQueryOptions({
    queryKey: ['audit-search', filter, order],
    queryFn: async ({ pageParam, signal }) => {
      const knownSeq = newestLiveSeq()
      const path = `/audit/events${queryString({ ...filter, order, limit: pageSize, cursor: pageParam })}`
      return { ...(await request(EventsPage, path, { signal })), knownSeq }
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: keepPreviousData,
  })

export const countQuery = (filter: SearchFilter) =>
  queryOptions({
    queryKey: ['audit-count', filter],
    queryFn: ({ signal }) => request(EventCount, `/audit/events/count${queryString(filter)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
