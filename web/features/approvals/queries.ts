import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ApprovalContext } from '../../../worker/features/approvals/context/contract.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const ApprovalPage = Page(Approval)

const listOf = (state: 'mine' | 'open') =>
  infiniteQueryOptions({
    queryKey: ['approvals', state],
    queryFn: ({ pageParam }) =>
      request(ApprovalPage, `/approvals${queryString({ state, limit: 200, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** What waits for this person's decision. */
export const mineQuery = listOf('mine')
/** What is not over yet, whoever decides it. */
export const openQuery = listOf('open')

export const agentApprovalsQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['approvals', 'of-agent', agentId],
    queryFn: () => request(ApprovalPage, `/approvals${queryString({ state: 'open', agentId, limit: 50 })}`),
  })

export type HistoryChoice = {
  agentId?: string | undefined
  risk?: string | undefined
  source?: string | undefined
  outcome?: string | undefined
}

/** What is over, newest first. */
export const historyQuery = (choice: HistoryChoice) =>
  infiniteQueryOptions({
    queryKey: ['approvals', 'closed', choice],
    queryFn: ({ pageParam }) =>
      request(ApprovalPage, `/approvals${queryString({ state: 'closed', ...choice, limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const approvalQuery = (id: string) =>
  queryOptions({ queryKey: ['approvals', 'one', id], queryFn: () => request(Approval, `/approvals/${id}`) })

/** What led to it, how the like was decided, and what people said. */
export const contextQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', 'context', id],
    queryFn: () => request(ApprovalContext, `/approvals/${id}/context`),
  })
