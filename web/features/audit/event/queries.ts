import { queryOptions } from '@tanstack/react-query'
import { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { request } from '../../../api.ts'

/** One event; it changes only when what it said is erased. */
export const eventQuery = (seq: number) =>
  queryOptions({
    queryKey: ['audit-event', seq],
    queryFn: () => request(AuditEntry, `/audit/events/${seq}`),
    enabled: Number.isSafeInteger(seq) && seq > 0,
  })
