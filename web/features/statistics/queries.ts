import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ApprovalStatistics, Delivery } from '../../../worker/features/approvals/statistics/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

const DeliveryPage = Page(Delivery)

export const statisticsQuery = (days: number) =>
  queryOptions({
    queryKey: ['statistics', days],
    queryFn: () => request(ApprovalStatistics, `/approvals/statistics${queryString({ days })}`),
    placeholderData: keepPreviousData,
    // It counts over days; the minute is close enough, and each event of a busy day would count anew.
    refetchInterval: 60_000,
  })

/** Under `approvals`, so that what happens to an approval renews it. */
export const deliveriesQuery = (state: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['approvals', 'deliveries', state ?? ''],
    queryFn: ({ pageParam }) =>
      request(DeliveryPage, `/approvals/deliveries${queryString({ state, limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })
