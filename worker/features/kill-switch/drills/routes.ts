import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { KillDrill, ListDrills, OrderDrill } from '../contract.ts'
import { listDrills, showDrill } from './list.ts'
import { orderDrill } from './order.ts'

const tags = ['kill switch']
const read = can('agents.read')

export const killDrillRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/kill-switch/drills',
      tags,
      summary: 'Stop a probe agent that the connector makes, prove it, and take it away again',
      middleware: can('kill.order'),
      request: { body: body(OrderDrill) },
      responses: { 202: json(KillDrill, 'The drill; its report comes with `kill.drilled`'), ...problems },
    }),
    async (c) => c.json(await orderDrill(contextOf(c), c.req.valid('json')), 202),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/drills',
      tags,
      summary: 'Drills, newest first',
      middleware: read,
      request: { query: ListDrills },
      responses: { 200: json(Page(KillDrill), 'A page of drills'), ...problems },
    }),
    async (c) => c.json(await listDrills(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/drills/{id}',
      tags,
      summary: 'One drill with its report',
      middleware: read,
      request: { params: z.object({ id: Id('drl') }) },
      responses: { 200: json(KillDrill, 'The drill'), ...problems },
    }),
    async (c) => c.json(await showDrill(contextOf(c), c.req.valid('param').id), 200),
  )
