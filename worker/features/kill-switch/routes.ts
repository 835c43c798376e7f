import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import {
  KilledAgent,
  KillGateways,
  KillOrder,
  KillPreview,
  ListKilledAgents,
  ListOrders,
  OrderKill,
  PreviewKill,
  RecoverKill,
} from './contract.ts'
import { listGateways } from './drills/list.ts'
import { listKilledAgents, listOrders, showOrder } from './list.ts'
import { orderKill } from './order.ts'
import { previewKill } from './preview.ts'
import { recoverKill } from './recover.ts'

const tags = ['kill switch']
const params = z.object({ id: Id('kil') })
const read = can('agents.read')

export const killSwitchRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/kill-switch/preview',
      tags,
      summary: 'What an order would stop, and which gateways can not be reached',
      middleware: read,
      request: { body: body(PreviewKill) },
      responses: { 200: json(KillPreview, 'Runs, sessions, jobs, sub-agents and approvals'), ...problems },
    }),
    async (c) => c.json(await previewKill(contextOf(c), c.req.valid('json').scope), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/kill-switch/disable',
      tags,
      summary: 'Stop an agent, a group, everything behind a connector, or everything',
      description: 'Answered as soon as it is committed; its state is read, or followed by the events `kill.`.',
      middleware: can('kill.order'),
      request: { body: body(OrderKill) },
      responses: {
        202: json(KillOrder, 'The order; nothing in it is confirmed before its gateway showed it'),
        ...problems,
      },
    }),
    async (c) => c.json(await orderKill(contextOf(c), c.req.valid('json')), 202),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/kill-switch/recover',
      tags,
      summary: 'Take an order back and restore what was saved',
      middleware: can('kill.recover'),
      request: { body: body(RecoverKill) },
      responses: { 202: json(KillOrder, 'The order, recovering'), ...problems },
    }),
    async (c) => c.json(await recoverKill(contextOf(c), c.req.valid('json')), 202),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/orders',
      tags,
      summary: 'Orders, newest first',
      middleware: read,
      request: { query: ListOrders },
      responses: { 200: json(Page(KillOrder), 'A page of orders with the state at each connector'), ...problems },
    }),
    async (c) => c.json(await listOrders(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/orders/{id}',
      tags,
      summary: 'One order and its state at each connector',
      middleware: read,
      request: { params },
      responses: { 200: json(KillOrder, 'The order'), ...problems },
    }),
    async (c) => c.json(await showOrder(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/orders/{id}/agents',
      tags,
      summary: 'Agents under an order, with the evidence of each step',
      middleware: read,
      request: { params, query: ListKilledAgents },
      responses: { 200: json(Page(KilledAgent), 'A page of agents'), ...problems },
    }),
    async (c) => c.json(await listKilledAgents(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/kill-switch/gateways',
      tags,
      summary: 'Whether each gateway could be stopped now, and when that was last proven',
      middleware: read,
      responses: { 200: json(KillGateways, 'Every connector'), ...problems },
    }),
    async (c) => c.json(await listGateways(contextOf(c)), 200),
  )
