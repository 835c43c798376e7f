import { queryOptions, useQuery } from '@tanstack/react-query'
import { AuthMethods, Me, MyCapabilities } from '../../worker/features/auth/contract.ts'
import type { Capability } from '../../worker/platform/access/contract.ts'
import { request } from '../api.ts'

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => request(Me, '/me'), staleTime: 60_000 })

export const capabilitiesQuery = queryOptions({
  queryKey: ['me', 'capabilities'],
  queryFn: () => request(MyCapabilities, '/me/capabilities'),
  staleTime: 60_000,
})

export const authMethodsQuery = queryOptions({
  queryKey: ['auth-methods'],
  queryFn: () => request(AuthMethods, '/auth/methods'),
  staleTime: 60_000,
})

export const useMe = () => useQuery(meQuery).data

/** Whether this person may, here; false until it is known. */
export const useCan = (capability: Capability) =>
  useQuery({ ...capabilitiesQuery, select: (mine) => mine.capabilities.includes(capability) }).data ?? false
