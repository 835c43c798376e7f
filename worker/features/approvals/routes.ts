import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { Approval, ListApprovals } from './contract.ts'
import { listApprovals, showApproval } from './list.ts'
import { collectedByRequester } from './requester/collected.ts'

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
      description: 'Polled by who asked: a decision that is answered is thereby delivered.',
      middleware: can('approvals.read'),
      request: { params },
      responses: { 200: json(Approval, 'The approval'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const approval = await showApproval(ctx, c.req.valid('param').id)
      collectedByRequester(ctx, approval)
      return c.json(approval, 200)
    },
  )
