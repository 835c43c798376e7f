import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { AgentChange, ListChanges } from './contract.ts'
import { listChanges, showChange } from './list.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt') })

export const agentChangeRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/changes',
      tags,
      summary: 'What was ordered to be changed at an agent, and what became of it',
      middleware: can('agents.read'),
      request: { params, query: ListChanges },
      responses: { 200: json(Page(AgentChange), 'A page of changes, newest first'), ...problems },
    }),
    async (c) => c.json(await listChanges(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/changes/{changeId}',
      tags,
      summary: 'What became of a change',
      middleware: can('agents.read'),
      request: { params: params.extend({ changeId: Id('cmd') }) },
      responses: { 200: json(AgentChange, 'The change'), ...problems },
    }),
    async (c) => {
      const { id, changeId } = c.req.valid('param')
      return c.json(await showChange(contextOf(c), id, changeId), 200)
    },
  )
