import { createRoute } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { Page } from '../../platform/contract.ts'
import { AuditEntry, ListEvents } from './contract.ts'
import { listEvents } from './list.ts'

export const auditRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/audit/events',
    tags: ['audit'],
    summary: 'Read the audit sequence',
    middleware: can('audit.read'),
    request: { query: ListEvents },
    responses: { 200: json(Page(AuditEntry), 'A page of entries'), ...problems },
  }),
  async (c) => c.json(await listEvents(contextOf(c), c.req.valid('query')), 200),
)
