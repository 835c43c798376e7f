import { queryOptions } from '@tanstack/react-query'
import { AgentHealth, ConnectorHealth } from '../../../worker/features/health/contract.ts'
import { queryString, request } from '../../api.ts'

const shownMs = 7 * 86_400_000
const refreshMs = 60_000

/** The history that the strip shows: a week, in one page; what flaps is not written down each time. */
const ofAWeek = () => queryString({ limit: 200, from: new Date(Date.now() - shownMs).toISOString() })

/** Changes arrive live; figures move without one, so they are read again now and then. */
export const agentHealthQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'one', id, 'health'],
    queryFn: () => request(AgentHealth, `/agents/${id}/health${ofAWeek()}`),
    refetchInterval: refreshMs,
  })

export const connectorHealthQuery = (id: string) =>
  queryOptions({
    queryKey: ['connectors', 'one', id, 'health'],
    queryFn: () => request(ConnectorHealth, `/connectors/${id}/health${ofAWeek()}`),
    refetchInterval: refreshMs,
  })
