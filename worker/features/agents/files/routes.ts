import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { FileName } from '../../connectors/link/questions/contract.ts'
import { AgentFile, FileChanged, PutFile } from './contract.ts'
import { agentFile, putAgentFile } from './files.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt'), name: FileName })

export const agentFileRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/files/{name}',
      tags,
      summary: 'Read one of an agent’s files; passages that look like credentials are redacted',
      middleware: can('agents.write'),
      request: { params },
      responses: { 200: json(AgentFile, 'The file, with how fresh it is'), ...problems },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      return c.json(await agentFile(contextOf(c), id, name), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/agents/{id}/files/{name}',
      tags,
      summary: 'Replace one of an agent’s files',
      description:
        '200 once the gateway holds it and it was read back; 202 while nobody knows yet: ask for the change.',
      middleware: can('agents.write'),
      request: { params, body: body(PutFile) },
      responses: {
        200: json(FileChanged, 'The change, and the file as it was read back'),
        202: json(FileChanged, 'The change, still under way'),
        ...problems,
      },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      const changed = await putAgentFile(contextOf(c), id, name, c.req.valid('json'))
      return changed.change.state === 'confirmed' ? c.json(changed, 200) : c.json(changed, 202)
    },
  )
