import { queryOptions } from '@tanstack/react-query'
import { Connector } from '../../../worker/features/connectors/contract.ts'
import { request, requestAll } from '../../api.ts'

export const connectorsQuery = queryOptions({
  queryKey: ['connectors', 'list'],
  queryFn: () => requestAll(Connector, '/connectors'),
})

export const connectorQuery = (id: string) =>
  queryOptions({ queryKey: ['connectors', 'one', id], queryFn: () => request(Connector, `/connectors/${id}`) })
