import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { Agent, ListAgents } from './contract.ts'
import { listAgents, showAgent } from './list.ts'

export const agentRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents',
      tags: ['agents'],
      summary: 'List the agents of all connectors',
      middleware: can('agents.read'),
      request: { query: ListAgents },
      responses: { 200: json(Page(Agent), 'A page of agents, newest first'), ...problems },
    }),
    async (c) => c.json(await listAgents(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}',
      tags: ['agents'],
      summary: 'Show one agent',
      middleware: can('agents.read'),
      request: { params: z.object({ id: Id('agt') }) },
      responses: { 200: json(Agent, 'The agent'), ...problems },
    }),
    async (c) => c.json(await showAgent(contextOf(c), c.req.valid('param').id), 200),
  )
