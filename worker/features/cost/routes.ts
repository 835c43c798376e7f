import { createRoute } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import {
  CostByAgent,
  CostByAgentQuery,
  CostByConnector,
  CostByModel,
  CostPageQuery,
  CostQuery,
  CostSummary,
} from './contract.ts'
import { costByAgent, costByConnector, costByModel, costSummary } from './read.ts'

const tags = ['cost']
const read = can('cost.read')

export const costRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/cost/summary',
      tags,
      summary: 'What runs used, in all and day by day',
      description: 'Days of UTC, both included; left out, the last thirty. Runs without a price are counted apart.',
      middleware: read,
      request: { query: CostQuery },
      responses: { 200: json(CostSummary, 'Sums'), ...problems },
    }),
    async (c) => c.json(await costSummary(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cost/by-agent',
      tags,
      summary: 'What each agent used, the costliest first',
      middleware: read,
      request: { query: CostByAgentQuery },
      responses: { 200: json(CostByAgent, 'A page of agents'), ...problems },
    }),
    async (c) => c.json(await costByAgent(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cost/by-model',
      tags,
      summary: 'What was used of each model, the costliest first',
      middleware: read,
      request: { query: CostPageQuery },
      responses: { 200: json(CostByModel, 'A page of models'), ...problems },
    }),
    async (c) => c.json(await costByModel(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cost/by-connector',
      tags,
      summary: 'What was used behind each connector, the costliest first',
      middleware: read,
      request: { query: CostPageQuery },
      responses: { 200: json(CostByConnector, 'A page of connectors'), ...problems },
    }),
    async (c) => c.json(await costByConnector(contextOf(c), c.req.valid('query')), 200),
  )
