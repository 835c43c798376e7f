import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { CronChange, ListCronChanges, ResolveChange } from '../contract.ts'
import { cancelCronChange } from './cancel.ts'
import { listCronChanges } from './list.ts'
import { resolveCronChange } from './resolve.ts'
import { showChange } from './view.ts'

const tags = ['cron']
const params = z.object({ id: Id('cch') })

export const cronChangeRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/changes',
      tags,
      summary: 'What was ordered to be changed, what of it waits for its gateway, and what fits no more',
      middleware: can('agents.read'),
      request: { query: ListCronChanges },
      responses: { 200: json(Page(CronChange), 'A page of changes, newest first'), ...problems },
    }),
    async (c) => c.json(await listCronChanges(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/changes/{id}',
      tags,
      summary: 'What became of a change',
      middleware: can('agents.read'),
      request: { params },
      responses: { 200: json(CronChange, 'The change'), ...problems },
    }),
    async (c) => c.json(await showChange(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/changes/{id}/cancel',
      tags,
      summary: 'Take a change back that waits; twice is once',
      middleware: can('agents.write'),
      request: { params },
      responses: { 200: json(CronChange, 'The change'), ...problems },
    }),
    async (c) => c.json(await cancelCronChange(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/changes/{id}/resolve',
      tags,
      summary: 'Answer a conflict: this change, or the job as it is at its gateway',
      middleware: can('agents.write'),
      request: { params, body: body(ResolveChange) },
      responses: { 200: json(CronChange, 'The change that holds: with `mine` a new one'), ...problems },
    }),
    async (c) => c.json(await resolveCronChange(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
