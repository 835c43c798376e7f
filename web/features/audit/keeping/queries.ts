import { queryOptions } from '@tanstack/react-query'
import { Keeping } from '../../../../worker/features/audit/keeping/contract.ts'
import { PublicAddress } from '../../../../worker/features/audit/public/contract.ts'
import { request } from '../../../api.ts'

const usualMs = 15_000
/** While a restore runs, its progress is looked at more often. */
const runningMs = 1_500

export const keepingQuery = queryOptions({
  queryKey: ['audit-keeping'],
  queryFn: () => request(Keeping, '/audit/keeping'),
  refetchInterval: ({ state }) =>
    state.data?.restores.some((restore) => restore.state === 'running') ? runningMs : usualMs,
})

export const publicAddressQuery = queryOptions({
  queryKey: ['audit-public-address'],
  queryFn: () => request(PublicAddress, '/audit/public-address'),
})

const dayMs = 86_400_000

/** The first moment of a day as a person picks it, where they are; null while none is picked. */
export const beginOf = (day: string): string | null => (day === '' ? null : new Date(`${day}T00:00`).toISOString())

/** The first moment behind it. */
export const endOf = (day: string): string | null => {
  if (day === '') return null
  const next = new Date(new Date(`${day}T12:00`).getTime() + dayMs)
  next.setHours(0, 0, 0, 0)
  return next.toISOString()
}
