import { queryOptions } from '@tanstack/react-query'
import { type SavedQuery, SavedSearches } from '../../../../worker/features/audit/searches/contract.ts'
import { request } from '../../../api.ts'
import { type AuditSearch, addressOf, filterOf } from './filter.ts'

export const savedSearchesQuery = queryOptions({
  queryKey: ['audit-searches'],
  queryFn: ({ signal }) => request(SavedSearches, '/audit/searches', { signal }),
  staleTime: 60_000,
})

/** What an address searches for, as it is saved. */
export const savedQueryOf = (search: AuditSearch): SavedQuery => ({
  ...filterOf(search).filter,
  ...(search.order === 'oldest' && { order: 'oldest' as const }),
})

/** The other way round: the address that searches for it. */
export const addressOfSaved = ({ order, ...filter }: SavedQuery): AuditSearch => ({
  ...addressOf(filter),
  ...(order === 'oldest' && { order }),
})
