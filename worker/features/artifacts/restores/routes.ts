import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { ListRestores, ReportRestore, RequestRestore, Restore } from './contract.ts'
import { listRestores, showRestore } from './list.ts'
import { reportRestore } from './report.ts'
import { requestRestore } from './request.ts'

const tags = ['artifacts']
const params = z.object({ id: Id('con') })
const read = can('artifacts.read')
const restore = can('artifacts.restore')

export const restoreRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/restores',
      tags,
      summary: 'Announce a restore that a machine has planned',
      description:
        '201 when it may begin; 202 while it waits for an approval of exactly this plan (send the same again when that is decided). 409 while another one is under way there, or when it was refused.',
      middleware: restore,
      request: { params, body: body(RequestRestore) },
      responses: { 201: json(Restore, 'It may begin'), 202: json(Restore, 'It waits for an approval'), ...problems },
    }),
    async (c) => {
      const asked = await requestRestore(contextOf(c), c.req.valid('param').id, c.req.valid('json'))
      return asked.state === 'waiting' ? c.json(asked, 202) : c.json(asked, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/restores/{restoreId}/report',
      tags,
      summary: 'Say that a restore begins, or how it ended',
      middleware: restore,
      request: { params: params.extend({ restoreId: Id('rst') }), body: body(ReportRestore) },
      responses: { 200: json(Restore, 'The restore'), ...problems },
    }),
    async (c) => {
      const { id, restoreId } = c.req.valid('param')
      return c.json(await reportRestore(contextOf(c), id, restoreId, c.req.valid('json')), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/restores',
      tags,
      summary: 'Restores, newest first',
      middleware: read,
      request: { query: ListRestores },
      responses: { 200: json(Page(Restore), 'A page of restores'), ...problems },
    }),
    async (c) => c.json(await listRestores(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/restores/{restoreId}',
      tags,
      summary: 'One restore',
      middleware: read,
      request: { params: z.object({ restoreId: Id('rst') }) },
      responses: { 200: json(Restore, 'The restore'), ...problems },
    }),
    async (c) => c.json(await showRestore(contextOf(c), c.req.valid('param').restoreId), 200),
  )
