import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { Budget, BudgetHappening, BudgetPage } from '../../../worker/features/budgets/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

/** What happens to a budget is told live, and so are ends of runs; that runs begin and periods end is seen when it is asked again. */
const refreshMs = 15_000

export const budgetsQuery = infiniteQueryOptions({
  queryKey: ['budgets', 'list'],
  queryFn: ({ pageParam }) => request(BudgetPage, `/budgets${queryString({ limit: 50, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
  placeholderData: keepPreviousData,
  refetchInterval: refreshMs,
})

/** Those that cover an agent. */
export const coveringQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['budgets', 'covering', agentId],
    queryFn: () => request(BudgetPage, `/budgets${queryString({ agentId, limit: 20 })}`),
    refetchInterval: refreshMs,
  })

export const budgetQuery = (id: string) =>
  queryOptions({
    queryKey: ['budgets', 'one', id],
    queryFn: () => request(Budget, `/budgets/${encodeURIComponent(id)}`),
    refetchInterval: refreshMs,
  })

/** Under the budget's own key, so that what happens to it renews it. The newest first. */
export const budgetHistoryQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['budgets', 'one', id, 'history'],
    queryFn: ({ pageParam }) =>
      request(
        Page(BudgetHappening),
        `/budgets/${encodeURIComponent(id)}/history${queryString({ limit: 20, cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const reloadBudgets = (client: QueryClient) => client.invalidateQueries({ queryKey: ['budgets'] })
