import { queryOptions } from '@tanstack/react-query'
import { Connector } from '../../../worker/features/connectors/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { request } from '../../api.ts'

export const connectorsQuery = queryOptions({
  queryKey: ['connectors', 'list'],
  queryFn: () => request(Page(Connector), '/connectors?limit=200'),
})

export const connectorQuery = (id: string) =>
  queryOptions({ queryKey: ['connectors', 'one', id], queryFn: () => request(Connector, `/connectors/${id}`) })
