import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { answers } from '../../connectors/link/questions/contract.ts'
import { AgentChange } from '../changes/contract.ts'
import { Freshness, ListCronRuns } from '../live/contract.ts'
import { readOfAgent } from '../live/read.ts'
import { AddJob, ChangeJob, JobId } from './contract.ts'
import { changeJob } from './jobs.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt') })
const ofJob = params.extend({ jobId: JobId })
const Jobs = answers['cron.list'].extend({ freshness: Freshness })
const Runs = answers['cron.runs'].extend({ freshness: Freshness })
const changed = { 200: json(AgentChange, 'The change; `ordered` while nobody knows yet'), ...problems }

export const agentCronRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/cron',
      tags,
      summary: 'The jobs of an agent; those that the gateway keeps itself are marked',
      middleware: can('agents.read'),
      request: { params },
      responses: { 200: json(Jobs, 'What the gateway says'), ...problems },
    }),
    async (c) =>
      c.json(
        await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'cron.list', agent })),
        200,
      ),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/cron/{jobId}/runs',
      tags,
      summary: 'The runs of a job, the newest first',
      middleware: can('agents.read'),
      request: { params: ofJob, query: ListCronRuns },
      responses: { 200: json(Runs, 'What the gateway says'), ...problems },
    }),
    async (c) => {
      const { id, jobId } = c.req.valid('param')
      const ask = () => ({ question: 'cron.runs' as const, jobId, ...c.req.valid('query') })
      return c.json(await readOfAgent(contextOf(c), id, ask), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/cron',
      tags,
      summary: 'Add a job that gives an agent a message on a schedule',
      middleware: can('agents.write'),
      request: { params, body: body(AddJob) },
      responses: changed,
    }),
    async (c) => {
      const job = c.req.valid('json')
      return c.json(
        await changeJob(contextOf(c), c.req.valid('param').id, (agent) => ({ change: 'cron.add', agent, job })),
        200,
      )
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/agents/{id}/cron/{jobId}',
      tags,
      summary: 'Change a job',
      middleware: can('agents.write'),
      request: { params: ofJob, body: body(ChangeJob) },
      responses: changed,
    }),
    async (c) => {
      const { id, jobId } = c.req.valid('param')
      const { expectedRevision, ...patch } = c.req.valid('json')
      const change = { change: 'cron.update', jobId, patch, expectedRevision } as const
      return c.json(await changeJob(contextOf(c), id, () => change), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/agents/{id}/cron/{jobId}',
      tags,
      summary: 'Remove a job; one that is gone already is done',
      middleware: can('agents.write'),
      request: { params: ofJob },
      responses: changed,
    }),
    async (c) => {
      const { id, jobId } = c.req.valid('param')
      return c.json(
        await changeJob(contextOf(c), id, () => ({ change: 'cron.remove', jobId, expectedRevision: null })),
        200,
      )
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/cron/{jobId}/run',
      tags,
      summary: 'Run a job now, once',
      middleware: can('agents.write'),
      request: { params: ofJob },
      responses: changed,
    }),
    async (c) => {
      const { id, jobId } = c.req.valid('param')
      return c.json(await changeJob(contextOf(c), id, () => ({ change: 'cron.run', jobId })), 200)
    },
  )
