import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, problems } from '../../../http/api.ts'
import { drainSoon } from '../drain.ts'
import { ExportEvents } from './contract.ts'
import { exportEvents } from './export.ts'

const kinds = {
  jsonl: { type: 'application/x-ndjson', name: 'audit-events.jsonl' },
  csv: { type: 'text/csv; charset=utf-8', name: 'audit-events.csv' },
  ocsf: { type: 'application/x-ndjson', name: 'audit-events.ocsf.jsonl' },
} as const

export const auditExportRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/audit/events/export',
    tags: ['audit'],
    summary: 'What a search finds, as a file',
    description:
      'Oldest first, without a limit, as JSON Lines, CSV (RFC 4180, with a byte order mark) or OCSF 1.8 as JSON Lines. The whole log with what proves it is `GET /audit/export`.',
    middleware: can('audit.read'),
    request: { query: ExportEvents },
    responses: {
      200: {
        description: 'The file',
        content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
      },
      ...problems,
    },
  }),
  async (c) => {
    const { format, ...filter } = c.req.valid('query')
    const ctx = contextOf(c)
    const file = await exportEvents(ctx, format, filter)
    await drainSoon(ctx, ctx.organizationId)
    const { type, name } = kinds[format]
    return c.body(file, 200, { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` })
  },
)
