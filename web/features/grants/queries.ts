import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { Grant, GrantProposal } from '../../../worker/features/grants/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const GrantPage = Page(Grant)
const Proposals = z.object({ items: z.array(GrantProposal) })

export const grantsQuery = (filter: { state: 'active' | 'ended'; agentId?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['grants', 'list', filter],
    queryFn: ({ pageParam }) =>
      request(GrantPage, `/approvals/grants${queryString({ ...filter, limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

/** What allow always would grant for an approval, the narrowest first, each with what it would have covered. */
export const proposalsQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['grants', 'proposals', approvalId],
    queryFn: () => request(Proposals, `/approvals/${approvalId}/grant-proposals`),
    staleTime: 60_000,
  })
