import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { AppError } from '../../../platform/errors.ts'
import { Approval } from '../contract.ts'
import { decideBatch } from './batch.ts'
import { Approve, BatchDecision, BatchResult, Challenge, ChallengeAnswer, Reject } from './contract.ts'
import { decideApproval } from './decide.ts'
import { challengeFor } from './sign.ts'

const tags = ['approvals']
const params = z.object({ id: Id('apr') })
const refusals =
  '409 `already_decided` says who decided and when; 409 `expired` when nobody waits any more, `stale` when something ' +
  'else was shown, `conflict` when the outcome is not offered or you have voted; 403 `not_eligible`, `own_request` or ' +
  '`passkey_required`. While more people have to agree, the answer is still pending, with the votes and who is missing.'

export const decisionRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/batch',
      tags,
      summary: 'Decide many approvals',
      description:
        'Each as if alone, with a result for each in the order of the request. What is critical is `not_opened` unless ' +
        'the caller has opened it before.',
      middleware: can('approvals.decide'),
      request: { body: body(BatchDecision) },
      responses: { 200: json(BatchResult, 'What became of each'), ...problems },
    }),
    async (c) => c.json(await decideBatch(contextOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/approve',
      tags,
      summary: 'Allow what is asked, once or always',
      description: `Allow always also makes the grant that it carries, and needs the capability grants.write. ${refusals}`,
      middleware: can('approvals.decide'),
      request: { params, body: body(Approve) },
      responses: { 200: json(Approval, 'The approval as it stands now'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const { mode, ...decision } = c.req.valid('json')
      if (mode === 'always' && !ctx.capabilities.has('grants.write'))
        throw new AppError('forbidden', 'Allow always needs the capability grants.write.', {
          context: { capability: 'grants.write' },
        })
      const outcome = mode === 'always' ? 'allow_always' : 'allow_once'
      return c.json(await decideApproval(ctx, c.req.valid('param').id, { outcome, ...decision }), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/reject',
      tags,
      summary: 'Refuse what is asked',
      description: `One refusal refuses, however many have to agree. ${refusals}`,
      middleware: can('approvals.decide'),
      request: { params, body: body(Reject) },
      responses: { 200: json(Approval, 'The decided approval'), ...problems },
    }),
    async (c) => {
      const decision = c.req.valid('json')
      return c.json(
        await decideApproval(contextOf(c), c.req.valid('param').id, { outcome: 'reject', ...decision }),
        200,
      )
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/{id}/challenge',
      tags,
      summary: 'What to sign with a passkey to decide so',
      description: '403 `passkey_required` for a caller who has no passkey, such as an API key.',
      middleware: can('approvals.decide'),
      request: { params, body: body(Challenge) },
      responses: { 200: json(ChallengeAnswer, 'For the authenticator'), ...problems },
    }),
    async (c) => {
      const { outcome } = c.req.valid('json')
      return c.json(await challengeFor(contextOf(c), c.req.valid('param').id, outcome), 200)
    },
  )
