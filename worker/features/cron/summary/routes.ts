import { createRoute } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { CronSettings, CronSummary, ListAllRuns, PutCronSettings, RunPage } from '../contract.ts'
import { listAllRuns } from '../runs/list.ts'
import { putSettings } from '../settings/put.ts'
import { getSettings } from '../settings/store.ts'
import { summariseCron } from './summary.ts'

const tags = ['cron']

export const cronSummaryRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/summary',
      tags,
      summary: 'All scheduled jobs in figures, over all agents and for each',
      middleware: can('agents.read'),
      responses: { 200: json(CronSummary, 'The figures'), ...problems },
    }),
    async (c) => c.json(await summariseCron(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/runs',
      tags,
      summary: 'The runs of all jobs, the newest first',
      middleware: can('agents.read'),
      request: { query: ListAllRuns },
      responses: { 200: json(RunPage, 'A page of runs'), ...problems },
    }),
    async (c) => c.json(await listAllRuns(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/settings',
      tags,
      summary: 'After how many failures in a row a job is failing',
      middleware: can('agents.read'),
      responses: { 200: json(CronSettings, 'The settings'), ...problems },
    }),
    async (c) => c.json(await getSettings(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/cron/settings',
      tags,
      summary: 'Say after how many failures in a row a job is failing',
      middleware: can('agents.write'),
      request: { body: body(PutCronSettings) },
      responses: { 200: json(CronSettings, 'The settings'), ...problems },
    }),
    async (c) => c.json(await putSettings(contextOf(c), c.req.valid('json')), 200),
  )
