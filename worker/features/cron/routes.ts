import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { ChangedJob, CreateJob, CronJobView, ListJobs, ListRuns, PatchJob, RemoveJob, RunPage } from './contract.ts'
import { createJob, enableJob, patchJob, removeJob, runJob } from './jobs/change.ts'
import { listJobs, showJob } from './jobs/list.ts'
import { listRunsOfJob } from './runs/list.ts'

const tags = ['cron']
const params = z.object({ id: Id('job') })
const read = can('agents.read')
const write = can('agents.write')
const changed = {
  200: json(
    ChangedJob,
    'The job as it is known now, and the change: made, or `waiting` for its gateway, or in `conflict`',
  ),
  ...problems,
}

export const cronJobRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/jobs',
      tags,
      summary: 'List the scheduled jobs of all gateways',
      middleware: read,
      request: { query: ListJobs },
      responses: { 200: json(Page(CronJobView), 'A page of jobs by name, as their gateways told them'), ...problems },
    }),
    async (c) => c.json(await listJobs(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/jobs',
      tags,
      summary: 'Add a job that gives an agent a message on a schedule',
      middleware: write,
      request: { body: body(CreateJob) },
      responses: changed,
    }),
    async (c) => c.json(await createJob(contextOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/jobs/{id}',
      tags,
      summary: 'Show one job',
      middleware: read,
      request: { params },
      responses: { 200: json(CronJobView, 'The job'), ...problems },
    }),
    async (c) => c.json(await showJob(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/cron/jobs/{id}',
      tags,
      summary: 'Change a job, or after how many failures it is failing',
      middleware: write,
      request: { params, body: body(PatchJob) },
      responses: changed,
    }),
    async (c) => c.json(await patchJob(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/cron/jobs/{id}',
      tags,
      summary: 'Remove a job; one that is gone already is done',
      middleware: write,
      request: { params, query: RemoveJob },
      responses: changed,
    }),
    async (c) =>
      c.json(await removeJob(contextOf(c), c.req.valid('param').id, c.req.valid('query').expectedRevision), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/jobs/{id}/enable',
      tags,
      summary: 'Let a job run on its schedule',
      middleware: write,
      request: { params },
      responses: changed,
    }),
    async (c) => c.json(await enableJob(contextOf(c), c.req.valid('param').id, true), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/jobs/{id}/disable',
      tags,
      summary: 'Keep a job from running on its schedule',
      middleware: write,
      request: { params },
      responses: changed,
    }),
    async (c) => c.json(await enableJob(contextOf(c), c.req.valid('param').id, false), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/cron/jobs/{id}/run',
      tags,
      summary: 'Run a job now, once; refused while its gateway is away',
      middleware: write,
      request: { params },
      responses: changed,
    }),
    async (c) => c.json(await runJob(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/cron/jobs/{id}/runs',
      tags,
      summary: 'The runs of a job, the newest first, also of those that its gateway has forgotten',
      middleware: read,
      request: { params, query: ListRuns },
      responses: { 200: json(RunPage, 'A page of runs'), ...problems },
    }),
    async (c) => c.json(await listRunsOfJob(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
