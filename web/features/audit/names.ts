import { queryOptions, useQuery } from '@tanstack/react-query'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { Member } from '../../../worker/features/organizations/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { request } from '../../api.ts'
import type { T } from '../../i18n/use-t.ts'
import { agentNamesQuery } from '../agents/queries.ts'
import { connectorsQuery } from '../connectors/queries.ts'

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: () => request(Page(Member), '/organizations/members?limit=200'),
  staleTime: 60_000,
})

/** Names for the ids that events carry. What has no name here is shown by its id, or by its kind. */
export type Names = {
  agent: (id: string) => string | undefined
  agentIn: (connectorId: string | null, externalId: string) => string | undefined
  connector: (id: string) => string | undefined
  member: (id: string) => string | undefined
}

export const useNames = (): Names => {
  const agents = useQuery(agentNamesQuery).data?.items ?? []
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const members = useQuery(membersQuery).data?.items ?? []
  return {
    agent: (id) => agents.find((one) => one.id === id)?.name,
    agentIn: (connectorId, externalId) =>
      agents.find((one) => one.externalId === externalId && (connectorId === null || one.connectorId === connectorId))
        ?.name,
    connector: (id) => connectors.find((one) => one.id === id)?.name,
    member: (id) => members.find((one) => one.userId === id)?.name,
  }
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
