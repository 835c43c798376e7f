import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { checkedKey } from '../../../http/idempotency.ts'
import { Id } from '../../../platform/contract.ts'
import { AppError } from '../../../platform/errors.ts'
import { approvalContext } from '../context/context.ts'
import { ApprovalContext } from '../context/contract.ts'
import { Approval } from '../contract.ts'
import { requestApproval } from '../request.ts'
import { collectedByRequester } from './collected.ts'
import { confirmApproval } from './confirm.ts'
import { ConfirmApproval, RequestApproval } from './contract.ts'
import { showRequested } from './show.ts'
import { withdrawApproval } from './withdraw.ts'

const tags = ['approvals']
const params = z.object({ id: Id('apr') })
/** Documented, not a contract: for that, all headers of each request would be read. */
const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key and body again answer the same approval.',
} as const

/** For who asks: request, confirm, withdraw. */
export const requesterRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals',
      tags,
      summary: 'Ask for an approval',
      description:
        'A rule or a grant may have decided it when this answers. 428 without an Idempotency-Key; 422 `idempotency_conflict` for a key that came with another body. Poll `Location`, or be told by the callback.',
      middleware: can('approvals.request'),
      parameters: [keyParameter],
      request: { body: body(RequestApproval) },
      responses: {
        200: json(Approval, 'The approval that this key asked for before'),
        201: json(Approval, 'The approval, at `Location`'),
        ...problems,
      },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const key = c.req.header('idempotency-key')
      if (key === undefined)
        throw new AppError('precondition_required', 'Say by an Idempotency-Key header which request this is.')
      const entered = await requestApproval(ctx, c.req.valid('json'), { idempotencyKey: checkedKey(key) })
      c.header('location', `/api/v1/approvals/${entered.row.id}`)
      const shown = await showRequested(ctx, entered)
      collectedByRequester(ctx, shown)
      return entered.isNew ? c.json(shown, 201) : c.json(shown, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/{id}/context',
      tags,
      summary: 'What led to an approval, how the like was decided, and what was said about it',
      middleware: can('approvals.read'),
      request: { params },
      responses: { 200: json(ApprovalContext, 'What surrounds the approval'), ...problems },
    }),
    async (c) => c.json(await approvalContext(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/confirm',
      tags,
      summary: 'Say what is about to be done, right before doing it',
      description:
        'For who asked. 409 `stale` when it is not what was shown: then the decision does not count. 409 `conflict` with the decision when it was refused, is used up, or is still to be made.',
      middleware: can('approvals.request'),
      request: { params, body: body(ConfirmApproval) },
      responses: { 200: json(Approval, 'The confirmed approval: do it'), ...problems },
    }),
    async (c) => c.json(await confirmApproval(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/withdraw',
      tags,
      summary: 'Take a request back that nobody has decided',
      description: 'For who asked. 409 `already_decided` with the decision when somebody was faster.',
      middleware: can('approvals.request'),
      request: { params },
      responses: { 200: json(Approval, 'The withdrawn approval'), ...problems },
    }),
    async (c) => c.json(await withdrawApproval(contextOf(c), c.req.valid('param').id), 200),
  )
