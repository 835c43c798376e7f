import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { DriftedAgent, DriftIgnores } from '../../../../worker/features/snapshots/contract.ts'
import { Page } from '../../../../worker/platform/contract.ts'
import { queryString, request } from '../../../api.ts'

/** What the list may be narrowed to, in the words of the API. */
export interface DriftFilter {
  connectorId?: string | undefined
  resourceGroup?: string | undefined
  scope?: string | undefined
  risk?: string | undefined
}

/** All agents that drifted, the newest drift first. A page may be empty and still not be the last. */
export const driftedQuery = (filter: DriftFilter) =>
  infiniteQueryOptions({
    queryKey: ['drift', 'list', filter],
    queryFn: ({ pageParam }) =>
      request(Page(DriftedAgent), `/drift${queryString({ ...filter, limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const ignoresQuery = queryOptions({
  queryKey: ['drift', 'ignores'],
  queryFn: () => request(DriftIgnores, '/drift/ignores'),
})

/** Replaces the patterns, if `version` is still the newest; rejects with `precondition_failed` when it is not. */
export const putIgnores = (version: number, patterns: readonly string[]) =>
  request(DriftIgnores, '/drift/ignores', {
    method: 'PUT',
    headers: { 'If-Match': `"${version}"` },
    body: { patterns },
  })
