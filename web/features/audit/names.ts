import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { Member } from '../../../worker/features/organizations/contract.ts'
import { requestAll } from '../../api.ts'
import type { T } from '../../i18n/use-t.ts'
import { agentNamesQuery } from '../agents/queries.ts'
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

/** The same object as long as nobody is renamed, so that a long list of events is not drawn again for nothing. */
export const useNames = (): Names => {
  const agents = useQuery(agentNamesQuery).data?.items
  const connectors = useQuery(connectorsQuery).data?.items
  const members = useQuery(membersQuery).data?.items
  return useMemo(() => {
    const agentsById = new Map(agents?.map(({ id, name }) => [id, name]))
    const connectorsById = new Map(connectors?.map(({ id, name }) => [id, name]))
    const membersById = new Map(members?.map(({ userId, name }) => [userId, name]))
    return {
      agent: (id) => agentsById.get(id),
      agentIn: (connectorId, externalId) =>
        agents?.find(
          (one) => one.externalId === externalId && (connectorId === null || one.connectorId === connectorId),
        )?.name,
      connector: (id) => connectorsById.get(id),
      member: (id) => membersById.get(id),
    }
  }, [agents, connectors, members])
}

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
