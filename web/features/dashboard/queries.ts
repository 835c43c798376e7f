import { queryOptions } from '@tanstack/react-query'
import { DashboardOverview } from '../../../worker/features/dashboard/contract.ts'
import { request } from '../../api.ts'

export const overviewQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: () => request(DashboardOverview, '/dashboard/overview'),
  refetchInterval: 60_000,
})
