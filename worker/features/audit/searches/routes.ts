import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { changeSearch, removeSearch } from './change.ts'
import { ChangeSearch, SavedSearch, SavedSearches, SaveSearch } from './contract.ts'
import { listSearches } from './list.ts'
import { saveSearch } from './save.ts'

const tags = ['audit']
const middleware = can('audit.read')
const path = '/audit/searches'
const one = { params: z.object({ id: Id('sch') }) }

export const savedSearchRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'List your saved searches and those that are shared',
      middleware,
      responses: { 200: json(SavedSearches, 'All of them, by name'), ...problems },
    }),
    async (c) => c.json({ items: await listSearches(contextOf(c)) }, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path,
      tags,
      summary: 'Save a search, for yourself or for the organization',
      middleware,
      request: { body: body(SaveSearch) },
      responses: { 201: json(SavedSearch, 'The saved search'), ...problems },
    }),
    async (c) => c.json(await saveSearch(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: `${path}/{id}`,
      tags,
      summary: 'Rename, change or share a saved search',
      description: 'Your own; a shared one of others only with the capability organization.write.',
      middleware,
      request: { ...one, body: body(ChangeSearch) },
      responses: { 200: json(SavedSearch, 'The search as it is now'), ...problems },
    }),
    async (c) => c.json(await changeSearch(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: `${path}/{id}`,
      tags,
      summary: 'Remove a saved search',
      middleware,
      request: one,
      responses: { 204: { description: 'Gone' }, ...problems },
    }),
    async (c) => {
      await removeSearch(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
