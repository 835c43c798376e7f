import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { AgentConfig, ChangeConfig, ConfigChanged, ConfigPreview } from './contract.ts'
import { agentConfig } from './get.ts'
import { previewConfig } from './preview.ts'
import { updateConfig } from './update.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt') })

export const agentConfigRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/config',
      tags,
      summary: 'What the gateway’s configuration says of an agent, without secrets',
      middleware: can('agents.read'),
      request: { params },
      responses: { 200: json(AgentConfig, 'The configuration, with how fresh it is'), ...problems },
    }),
    async (c) => c.json(await agentConfig(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/config/preview',
      tags,
      summary: 'What a change of an agent’s configuration would do',
      middleware: can('agents.write'),
      request: { params, body: body(ChangeConfig) },
      responses: { 200: json(ConfigPreview, 'The differences, and what stands in the way'), ...problems },
    }),
    async (c) => c.json(await previewConfig(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/agents/{id}/config',
      tags,
      summary: 'Change an agent’s configuration',
      description:
        'A merge patch (RFC 7386) of the agent’s entry. 200 once it was read back from the gateway; 202 while nobody knows yet. 409 `stale` names the paths that somebody else changed since `baseHash`.',
      middleware: can('agents.write'),
      request: { params, body: body(ChangeConfig) },
      responses: {
        200: json(ConfigChanged, 'The change as it was read back'),
        202: json(ConfigChanged, 'The change, still under way'),
        ...problems,
      },
    }),
    async (c) => {
      const changed = await updateConfig(contextOf(c), c.req.valid('param').id, c.req.valid('json'))
      const isOpen = changed.change !== null && changed.change.state !== 'confirmed'
      return isOpen ? c.json(changed, 202) : c.json(changed, 200)
    },
  )
