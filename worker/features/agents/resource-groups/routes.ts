import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { GroupName, RegroupedAgents, RenameGroup, ResourceGroups } from './contract.ts'
import { listGroups, removeGroup, renameGroup } from './groups.ts'

const tags = ['agents']
const params = z.object({ name: GroupName })

export const resourceGroupRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/resource-groups',
      tags,
      summary: 'The groups that agents are in',
      middleware: can('agents.read'),
      responses: { 200: json(ResourceGroups, 'The groups by name'), ...problems },
    }),
    async (c) => c.json(await listGroups(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/resource-groups/{name}',
      tags,
      summary: 'Give all agents of a group another one, which its budgets follow',
      middleware: can('agents.write'),
      request: { params, body: body(RenameGroup) },
      responses: { 200: json(RegroupedAgents, 'How many active agents carry the new name'), ...problems },
    }),
    async (c) => c.json(await renameGroup(contextOf(c), c.req.valid('param').name, c.req.valid('json').name), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/resource-groups/{name}',
      tags,
      summary: 'Take all agents out of a group',
      middleware: can('agents.write'),
      request: { params },
      responses: { 200: json(RegroupedAgents, 'How many active agents were in it'), ...problems },
    }),
    async (c) => c.json(await removeGroup(contextOf(c), c.req.valid('param').name), 200),
  )
