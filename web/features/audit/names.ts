import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { Member } from '../../../worker/features/organizations/contract.ts'
import { requestAll } from '../../api.ts'
import type { T } from '../../i18n/use-t.ts'
import { agentNamesQuery, agentsByIdQuery } from '../agents/queries.ts'
import { connectorsQuery } from '../connectors/queries.ts'

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: () => requestAll(Member, '/organizations/members'),
  staleTime: 60_000,
})

/** Names for the ids that events carry. What has no name here is shown by its id, or by its kind. */
export type Names = {
  agent: (id: string) => string | undefined
  agentIn: (connectorId: string | null, externalId: string) => string | undefined
  connector: (id: string) => string | undefined
  member: (id: string) => string | undefined
}

/**
 * The same object as long as nobody is renamed, so that a long list of events is not drawn again for nothing. Of the
 * agents it knows the first ones, and those of these ids, wherever they stand in the registry.
 */
export const useNames = (agentIds: readonly (string | null | undefined)[] = nobody): Names => {
  const first = useQuery(agentNamesQuery).data
  const agents = first?.items
  const firstIds = useMemo(() => new Set(agents?.map(({ id }) => id)), [agents])
  const farther = first?.nextCursor
    ? [...new Set(agentIds)].flatMap((id) => (isAgent(id) && !firstIds.has(id) ? [id] : [])).sort()
    : []
  const others = useQuery({ ...agentsByIdQuery(farther), enabled: farther.length > 0 }).data
  const connectors = useQuery(connectorsQuery).data?.items
  const members = useQuery(membersQuery).data?.items
  return useMemo(() => {
    const known = [...(agents ?? []), ...[...(others?.values() ?? [])].filter((agent) => agent !== null)]
    const agentsById = new Map(known.map(({ id, displayName, name }) => [id, displayName ?? name]))
    const connectorsById = new Map(connectors?.map(({ id, name }) => [id, name]))
    const membersById = new Map(members?.map(({ userId, name }) => [userId, name]))
    return {
      agent: (id) => agentsById.get(id),
      agentIn: (connectorId, externalId) => {
        const one = known.find(
          (agent) => agent.externalId === externalId && (connectorId === null || agent.connectorId === connectorId),
        )
        return one && (one.displayName ?? one.name)
      },
      connector: (id) => connectorsById.get(id),
      member: (id) => membersById.get(id),
    }
  }, [agents, others, connectors, members])
}

const nobody: readonly string[] = []
const isAgent = (id: string | null | undefined): id is string => id?.startsWith('agt_') === true

/** The agents that entries tell of, for `useNames`. */
export const agentsOf = (entries: readonly Pick<AuditEntry, 'agentId'>[]) => entries.map(({ agentId }) => agentId)

/** Who did it, in words. */
export const actorName = (t: T, names: Names, { actor, connectorId }: Pick<AuditEntry, 'actor' | 'connectorId'>) => {
  switch (actor.kind) {
    case 'member':
      return names.member(actor.id) ?? t('actor.member')
    case 'connector':
      return names.connector(connectorId ?? actor.id) ?? t('actor.connector')
    default:
      return t(`actor.${actor.kind}`)
  }
}
