import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { Approval } from '../contract.ts'
import { commentOnApproval } from './comment.ts'
import { Comment, HandOver, Shown, Snooze, WriteComment } from './contract.ts'
import { handOverApproval } from './hand-over.ts'
import { recordShown } from './shown.ts'
import { snoozeApproval } from './snooze.ts'

const tags = ['approvals']
const params = z.object({ id: Id('apr') })

export const attentionRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/shown',
      tags,
      summary: 'Tell what a screen showed',
      middleware: can('approvals.read'),
      request: { body: body(Shown) },
      responses: { 204: { description: 'Kept' }, ...problems },
    }),
    async (c) => {
      await recordShown(contextOf(c), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/snooze',
      tags,
      summary: 'Hide it from one’s inbox for a while',
      middleware: can('approvals.decide'),
      request: { params, body: body(Snooze) },
      responses: { 200: json(Approval, 'The approval'), ...problems },
    }),
    async (c) => c.json(await snoozeApproval(contextOf(c), c.req.valid('param').id, c.req.valid('json').forMs), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/hand-over',
      tags,
      summary: 'Hand it over to somebody',
      description: 'Whoever may decide still may. 422 for somebody who could not decide it.',
      middleware: can('approvals.decide'),
      request: { params, body: body(HandOver) },
      responses: { 200: json(Approval, 'The approval'), ...problems },
    }),
    async (c) => c.json(await handOverApproval(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/comments',
      tags,
      summary: 'Say something about it',
      middleware: can('approvals.decide'),
      request: { params, body: body(WriteComment) },
      responses: { 201: json(Comment, 'Said'), ...problems },
    }),
    async (c) => c.json(await commentOnApproval(contextOf(c), c.req.valid('param').id, c.req.valid('json').text), 201),
  )
