import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { AuditStream, StreamDeliveries, StreamList } from '../../../../worker/features/audit/streams/contract.ts'
import { request } from '../../../api.ts'

const everyMs = 5_000

export const streamsQuery = queryOptions({
  queryKey: ['audit-streams'],
  queryFn: ({ signal }) => request(StreamList, '/audit/streams', { signal }),
  refetchInterval: everyMs,
})

export const streamQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-streams', id],
    queryFn: ({ signal }) => request(AuditStream, `/audit/streams/${id}`, { signal }),
    refetchInterval: everyMs,
  })

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-streams', id, 'deliveries'],
    queryFn: ({ signal }) => request(StreamDeliveries, `/audit/streams/${id}/deliveries`, { signal }),
    refetchInterval: everyMs,
  })

export const reloadStreams = (client: QueryClient) => client.invalidateQueries({ queryKey: ['audit-streams'] })
