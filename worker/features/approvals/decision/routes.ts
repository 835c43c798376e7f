import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { Approval, Approve, Reject } from '../contract.ts'
import { decideApproval } from './decide.ts'

const tags = ['approvals']
const params = z.object({ id: Id('apr') })

export const decisionRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/approve',
      tags,
      summary: 'Allow what is asked, once',
      description: '409 `already_decided` says who decided and when; 409 `expired` when nobody waits any more.',
      middleware: can('approvals.decide'),
      request: { params, body: body(Approve) },
      responses: { 200: json(Approval, 'The decided approval'), ...problems },
    }),
    async (c) => {
      const { digest } = c.req.valid('json')
      return c.json(await decideApproval(contextOf(c), c.req.valid('param').id, { outcome: 'allow_once', digest }), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/reject',
      tags,
      summary: 'Refuse what is asked',
      description: '409 `already_decided` says who decided and when; 409 `expired` when nobody waits any more.',
      middleware: can('approvals.decide'),
      request: { params, body: body(Reject) },
      responses: { 200: json(Approval, 'The decided approval'), ...problems },
    }),
    async (c) => {
      const { reason, digest } = c.req.valid('json')
      return c.json(
        await decideApproval(contextOf(c), c.req.valid('param').id, { outcome: 'reject', reason, digest }),
        200,
      )
    },
  )
