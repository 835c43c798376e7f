import { infiniteQueryOptions } from '@tanstack/react-query'
import { AuditEntry, type EventFilter } from '../../../worker/features/audit/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

export type EventChoice = { [Name in keyof EventFilter]?: string | undefined }

/** Recorded events, newest first; the live stream puts newer ones in front. */
export const eventsQuery = (choice: EventChoice, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['audit', choice, limit],
    queryFn: ({ pageParam }) =>
      request(
        Page(AuditEntry),
        `/audit/events${queryString({ ...choice, limit, order: 'newest', cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: false,
  })

/** Whether a live entry belongs into a list with these filters; the same meaning the server gives them. */
export const isChosen = (entry: AuditEntry, choice: EventChoice) => {
  const { agentId, connectorId, type, risk, traceId, actorId, target, from, to } = choice
  if (agentId && entry.agentId !== agentId) return false
  if (connectorId && entry.connectorId !== connectorId) return false
  if (traceId && entry.traceId !== traceId) return false
  if (actorId && entry.actor.id !== actorId) return false
  if (target && entry.target !== target) return false
  if (risk && !risk.split(',').includes(entry.risk)) return false
  const at = Date.parse(entry.at)
  if ((from && at < Date.parse(from)) || (to && at >= Date.parse(to))) return false
  return !type || type.split(',').some((one) => (one.endsWith('.') ? entry.type.startsWith(one) : entry.type === one))
}

/** Both lists as one, newest first, each sequence number once. */
export const mergeEntries = (live: readonly AuditEntry[], recorded: readonly AuditEntry[]) => {
  const bySeq = new Map<number, AuditEntry>()
  for (const entry of [...recorded, ...live]) bySeq.set(entry.seq, entry)
  return [...bySeq.values()].toSorted((a, b) => b.seq - a.seq)
}
