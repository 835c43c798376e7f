import { createRoute } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { DashboardOverview } from './contract.ts'
import { dashboardOverview } from './overview.ts'

export const dashboardRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/dashboard/overview',
    tags: ['dashboard'],
    summary: 'What needs you now',
    middleware: can('activity.read'),
    responses: { 200: json(DashboardOverview, 'The overview'), ...problems },
  }),
  async (c) => c.json(await dashboardOverview(contextOf(c)), 200),
)
