import { queryOptions } from '@tanstack/react-query'
import { Witnesses } from '../../../../../worker/features/audit/witnesses/contract.ts'
import { OwnWitness } from '../../../../../worker/features/witness/contract.ts'
import { request } from '../../../../api.ts'

const everyMs = 10_000

export const witnessesQuery = queryOptions({
  queryKey: ['audit-witnesses'],
  queryFn: () => request(Witnesses, '/audit/witnesses'),
  refetchInterval: everyMs,
})

export const ownWitnessQuery = queryOptions({
  queryKey: ['audit-own-witness'],
  queryFn: () => request(OwnWitness, '/audit/witness'),
  refetchInterval: everyMs,
})
