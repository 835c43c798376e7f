import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { CountEvents, EventCount, EventsPage, ListEvents, TracedEntry } from './contract.ts'
import { countEvents, listEvents, showEvent } from './list.ts'
import { Trace } from './traces/contract.ts'
import { showTrace } from './traces/show.ts'

export const auditRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/events',
      tags: ['audit'],
      summary: 'Read the audit sequence',
      middleware: can('audit.read'),
      request: { query: ListEvents },
      responses: { 200: json(EventsPage, 'A page of entries'), ...problems },
    }),
    async (c) => c.json(await listEvents(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/events/count',
      tags: ['audit'],
      summary: 'How many events a search finds',
      middleware: can('audit.read'),
      request: { query: CountEvents },
      responses: { 200: json(EventCount, 'The count'), ...problems },
    }),
    async (c) => c.json(await countEvents(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/events/{seq}',
      tags: ['audit'],
      summary: 'Show one event',
      middleware: can('audit.read'),
      request: { params: z.object({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }) },
      responses: { 200: json(TracedEntry, 'The event'), ...problems },
    }),
    async (c) => c.json(await showEvent(contextOf(c), c.req.valid('param').seq), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/traces/{traceId}',
      tags: ['audit'],
      summary: 'Everything of one trace, as a tree across agents',
      middleware: can('audit.read'),
      request: { params: z.object({ traceId: z.string().regex(/^[0-9a-f]{32}$/) }) },
      responses: { 200: json(Trace, 'The trace'), ...problems },
    }),
    async (c) => c.json(await showTrace(contextOf(c), c.req.valid('param').traceId), 200),
  )
