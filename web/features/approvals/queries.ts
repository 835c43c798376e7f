import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const ApprovalPage = Page(Approval)

export const openApprovalsQuery = queryOptions({
  queryKey: ['approvals', 'open'],
  queryFn: () => request(ApprovalPage, `/approvals${queryString({ state: 'open', limit: 200 })}`),
})

export const agentApprovalsQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['approvals', 'of-agent', agentId],
    queryFn: () => request(ApprovalPage, `/approvals${queryString({ state: 'open', agentId, limit: 50 })}`),
  })

export const closedApprovalsQuery = infiniteQueryOptions({
  queryKey: ['approvals', 'closed'],
  queryFn: ({ pageParam }) =>
    request(ApprovalPage, `/approvals${queryString({ state: 'closed', limit: 50, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

export const approvalQuery = (id: string) =>
  queryOptions({ queryKey: ['approvals', 'one', id], queryFn: () => request(Approval, `/approvals/${id}`) })
