import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { Id } from '../../platform/contract.ts'
import { AgentHealth, ConnectorHealth, HealthQuery } from './contract.ts'
import { showAgentHealth, showConnectorHealth } from './show.ts'

const description =
  'The history comes in pages, the newest first; `from` ends it with the change that was in force then. It is kept for 90 days.'

export const healthRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/health',
      tags: ['agents'],
      summary: 'How well an agent is, why, and how it was',
      description,
      middleware: can('agents.read'),
      request: { params: z.object({ id: Id('agt') }), query: HealthQuery },
      responses: { 200: json(AgentHealth, 'Its health, with that of its connector'), ...problems },
    }),
    async (c) => c.json(await showAgentHealth(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/connectors/{id}/health',
      tags: ['connectors'],
      summary: 'How well a connector and its gateway are, why, and how they were',
      description,
      middleware: can('connectors.read'),
      request: { params: z.object({ id: Id('con') }), query: HealthQuery },
      responses: { 200: json(ConnectorHealth, 'Its health'), ...problems },
    }),
    async (c) => c.json(await showConnectorHealth(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
