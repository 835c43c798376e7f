import { createRoute } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { Page } from '../../../platform/contract.ts'
import { ApprovalStatistics, Delivery, ListDeliveries, StatisticsQuery } from './contract.ts'
import { listDeliveries } from './deliveries.ts'
import { approvalStatistics } from './measure.ts'

const tags = ['approvals']

export const statisticsRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/statistics',
      tags,
      summary: 'How approvals went, and whom they interrupted',
      middleware: can('approvals.read'),
      request: { query: StatisticsQuery },
      responses: { 200: json(ApprovalStatistics, 'Figures of the last days'), ...problems },
    }),
    async (c) => c.json(await approvalStatistics(contextOf(c), c.req.valid('query').days), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/deliveries',
      tags,
      summary: 'How each approval reached people and its requester',
      middleware: can('approvals.read'),
      request: { query: ListDeliveries },
      responses: { 200: json(Page(Delivery), 'A page of deliveries, newest first'), ...problems },
    }),
    async (c) => c.json(await listDeliveries(contextOf(c), c.req.valid('query')), 200),
  )
