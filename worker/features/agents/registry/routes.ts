import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { RegisterAgent, RegisteredAgent, RemoveAgent, RemovedAgent } from './contract.ts'
import { registerAgent } from './register.ts'
import { removeAgent } from './remove.ts'

const tags = ['agents']

export const agentRegistryRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents',
      tags,
      summary: 'Make an agent at a gateway',
      description:
        'Answers 202 without an agent while the gateway has made it and does not list it yet, or while nobody knows.',
      middleware: can('agents.write'),
      request: { body: body(RegisterAgent) },
      responses: {
        201: json(RegisteredAgent, 'The agent, as its gateway lists it'),
        202: json(RegisteredAgent, 'The change; the agent appears under its `agentId` when the gateway lists it'),
        ...problems,
      },
    }),
    async (c) => {
      const registered = await registerAgent(contextOf(c), c.req.valid('json'))
      return registered.agent ? c.json(registered, 201) : c.json(registered, 202)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/agents/{id}',
      tags,
      summary: 'Take an agent out of its gateway; one that the gateway has no more is forgotten here',
      description: 'The files of the agent stay where they are. Runs that are under way are aborted.',
      middleware: can('agents.write'),
      request: { params: z.object({ id: Id('agt') }), body: body(RemoveAgent) },
      responses: {
        200: json(RemovedAgent, 'The agent as removed, or nothing where it was forgotten'),
        202: json(RemovedAgent, 'The gateway still lists it, or nobody knows yet'),
        ...problems,
      },
    }),
    async (c) => {
      const removed = await removeAgent(contextOf(c), c.req.valid('param').id, c.req.valid('json').name)
      return c.json(removed, removed.agent?.state === 'active' ? 202 : 200)
    },
  )
