import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { CoverageQuery, Grant, GrantCoverage, GrantProposal, ListGrants, RevokeGrant } from './contract.ts'
import { coverageOf } from './coverage.ts'
import { listGrants } from './list.ts'
import { proposeGrants } from './propose.ts'
import { revokeGrant } from './revoke.ts'

const tags = ['approvals']

/** Before `/approvals/{id}`: these paths stand under it. */
export const grantRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/grants',
      tags,
      summary: 'List what is always allowed',
      middleware: can('approvals.read'),
      request: { query: ListGrants },
      responses: { 200: json(Page(Grant), 'A page of grants, newest first'), ...problems },
    }),
    async (c) => c.json(await listGrants(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/grants/{id}/revoke',
      tags,
      summary: 'Take a grant back; twice is once',
      middleware: can('grants.write'),
      request: { params: z.object({ id: Id('grn') }), body: body(RevokeGrant) },
      responses: { 200: json(Grant, 'The grant as it is now'), ...problems },
    }),
    async (c) => c.json(await revokeGrant(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/grants/coverage',
      tags,
      summary: 'Show what a pattern would have covered',
      middleware: can('approvals.read'),
      request: { body: body(CoverageQuery) },
      responses: { 200: json(GrantCoverage, 'Found by running it over the recorded requests'), ...problems },
    }),
    async (c) => c.json(await coverageOf(contextOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/{id}/grant-proposals',
      tags,
      summary: 'Propose grants for an approval, the narrowest first',
      middleware: can('approvals.read'),
      request: { params: z.object({ id: Id('apr') }) },
      responses: { 200: json(z.object({ items: z.array(GrantProposal) }), 'The proposals'), ...problems },
    }),
    async (c) => c.json({ items: await proposeGrants(contextOf(c), c.req.valid('param').id) }, 200),
  )
