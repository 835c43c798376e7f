import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { tagOf, versionSeen } from '../../http/if-match.ts'
import { Id, Page } from '../../platform/contract.ts'
import { Agent, AgentSync, AgentTest, DescribeAgent, DisableAgent, EnableAgent, ListAgents } from './contract.ts'
import { disableAgent, enableAgent } from './control/disable.ts'
import { describeAgent } from './describe.ts'
import { listAgents, showAgent } from './list.ts'
import { syncAgent } from './sync.ts'
import { testAgent } from './test.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt') })
const read = can('agents.read')
const write = can('agents.write')

export const agentRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents',
      tags,
      summary: 'List the agents of all connectors',
      middleware: read,
      request: { query: ListAgents },
      responses: { 200: json(Page(Agent), 'A page of agents, newest first unless `sort` says else'), ...problems },
    }),
    async (c) => c.json(await listAgents(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}',
      tags,
      summary: 'Show one agent',
      middleware: read,
      request: { params },
      responses: { 200: json(Agent, 'The agent; its ETag is for changing what is said of it'), ...problems },
    }),
    async (c) => {
      const agent = await showAgent(contextOf(c), c.req.valid('param').id)
      return c.json(agent, 200, { etag: tagOf(agent.version) })
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/agents/{id}',
      tags,
      summary: 'Change display name, owner, resource group and tags of an agent',
      description: 'Needs `If-Match` with the ETag of the agent; without it 428, with another one 412.',
      middleware: write,
      request: { params, body: body(DescribeAgent) },
      responses: { 200: json(Agent, 'The agent'), ...problems },
    }),
    async (c) => {
      const version = versionSeen(c.req.header('if-match'), 'the agent')
      const agent = await describeAgent(contextOf(c), c.req.valid('param').id, version, c.req.valid('json'))
      return c.json(agent, 200, { etag: tagOf(agent.version) })
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/disable',
      tags,
      summary: 'Take an agent out of service: deny all its tools and stop its heartbeat',
      middleware: write,
      request: { params, body: body(DisableAgent) },
      responses: { 200: json(Agent, 'The agent; `disabled` once its gateway confirmed it'), ...problems },
    }),
    async (c) =>
      c.json(await disableAgent(contextOf(c), c.req.valid('param').id, c.req.valid('json').reason ?? null), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/enable',
      tags,
      summary: 'Put back what disabling an agent had replaced',
      middleware: write,
      request: { params, body: body(EnableAgent) },
      responses: { 200: json(Agent, 'The agent; `enabled` once its gateway confirmed it'), ...problems },
    }),
    async (c) =>
      c.json(await enableAgent(contextOf(c), c.req.valid('param').id, c.req.valid('json').leaveConfiguration), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/sync',
      tags,
      summary: 'Ask the gateway everything about an agent anew',
      middleware: write,
      request: { params },
      responses: { 200: json(AgentSync, 'Which parts the gateway answered'), ...problems },
    }),
    async (c) => c.json(await syncAgent(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/test',
      tags,
      summary: 'Walk to an agent step by step and say how far it goes',
      middleware: write,
      request: { params },
      responses: { 200: json(AgentTest, 'The steps'), ...problems },
    }),
    async (c) => c.json(await testAgent(contextOf(c), c.req.valid('param').id), 200),
  )
