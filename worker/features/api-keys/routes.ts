import { createRoute, z } from '@hono/zod-openapi'
import { asPerson, can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page, PageQuery } from '../../platform/contract.ts'
import { ApiKey, CreateApiKey, CreatedApiKey } from './contract.ts'
import { createApiKey } from './create.ts'
import { listOrganizationApiKeys } from './list.ts'
import { revokeApiKey } from './revoke.ts'

const tags = ['api-keys']

/** Below `/api/v1`. */
export const apiKeyRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/api-keys',
      tags,
      summary: 'The organization’s keys, the newest first',
      middleware: [can('api-keys.write')],
      request: { query: PageQuery },
      responses: { 200: json(Page(ApiKey), 'Keys'), ...problems },
    }),
    async (c) => c.json(await listOrganizationApiKeys(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/api-keys',
      tags,
      summary: 'Create a key; its secret is answered once',
      middleware: [asPerson, can('api-keys.write')],
      request: { body: body(CreateApiKey) },
      responses: { 201: json(CreatedApiKey, 'Created'), ...problems },
    }),
    async (c) => c.json(await createApiKey(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/api-keys/{keyId}',
      tags,
      summary: 'Revoke a key',
      middleware: [can('api-keys.write')],
      request: { params: z.object({ keyId: Id('key') }) },
      responses: { 204: { description: 'Revoked' }, ...problems },
    }),
    async (c) => {
      await revokeApiKey(contextOf(c), c.req.valid('param').keyId)
      return c.body(null, 204)
    },
  )
