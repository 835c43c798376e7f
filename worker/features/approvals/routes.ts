import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { Approval, ListApprovals } from './contract.ts'
import { listApprovals, showApproval } from './list.ts'

const tags = ['approvals']
const params = z.object({ id: Id('apr') })

export const approvalRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals',
      tags,
      summary: 'List approvals',
      middleware: can('approvals.read'),
      request: { query: ListApprovals },
      responses: { 200: json(Page(Approval), 'A page of approvals, newest first'), ...problems },
    }),
    async (c) => c.json(await listApprovals(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/{id}',
      tags,
      summary: 'Show one approval',
      middleware: can('approvals.read'),
      request: { params },
      responses: { 200: json(Approval, 'The approval'), ...problems },
    }),
    async (c) => c.json(await showApproval(contextOf(c), c.req.valid('param').id), 200),
  )
