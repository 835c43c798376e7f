import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { answers, type QuestionName } from '../../connectors/link/questions/contract.ts'
import { Freshness, ListAgentSessions, LookUpSchema, ToolsOf } from './contract.ts'
import { readOfAgent } from './read.ts'

const params = z.object({ id: Id('agt') })

/** A read of the gateway: its answer, and how fresh that is. */
const reading = <P extends string, Q extends QuestionName>(path: P, question: Q, summary: string) => ({
  method: 'get' as const,
  path: `/agents/{id}/${path}` as const,
  tags: ['agents'],
  summary,
  middleware: can('agents.read'),
  responses: { 200: json(answers[question].extend({ freshness: Freshness }), 'What the gateway says'), ...problems },
})

export const agentLiveRoutes = api()
  .openapi(
    createRoute({
      ...reading('tools', 'tools.catalog', 'The tools an agent could have, or those that one of its sessions has'),
      request: { params, query: ToolsOf },
    }),
    async (c) => {
      const [{ id }, { sessionKey }] = [c.req.valid('param'), c.req.valid('query')]
      const tools =
        sessionKey === undefined
          ? await readOfAgent(contextOf(c), id, (agent) => ({ question: 'tools.catalog', agent }))
          : await readOfAgent(contextOf(c), id, (agent) => ({ question: 'tools.effective', agent, sessionKey }))
      return c.json(tools, 200)
    },
  )
  .openapi(
    createRoute({ ...reading('skills', 'skills', 'The skills of an agent, and what each lacks'), request: { params } }),
    async (c) =>
      c.json(await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'skills', agent })), 200),
  )
  .openapi(
    createRoute({ ...reading('channels', 'channels', 'The channels of an agent’s gateway'), request: { params } }),
    async (c) =>
      c.json(await readOfAgent(contextOf(c), c.req.valid('param').id, () => ({ question: 'channels' })), 200),
  )
  .openapi(
    createRoute({
      ...reading('files', 'files.list', 'The files that the gateway keeps for an agent'),
      request: { params },
    }),
    async (c) =>
      c.json(
        await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'files.list', agent })),
        200,
      ),
  )
  .openapi(
    createRoute({
      ...reading('sessions', 'sessions', 'The sessions of an agent, the newest first'),
      request: { params, query: ListAgentSessions },
    }),
    async (c) => {
      const { limit } = c.req.valid('query')
      const ask = (agent: string) => ({ question: 'sessions' as const, agent, limit })
      return c.json(await readOfAgent(contextOf(c), c.req.valid('param').id, ask), 200)
    },
  )
  .openapi(
    createRoute({ ...reading('models', 'models', 'The models an agent may use'), request: { params } }),
    async (c) =>
      c.json(await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'models', agent })), 200),
  )
  .openapi(
    createRoute({
      ...reading('models/auth', 'models.auth', 'How the providers of an agent’s models are signed in to; never a key'),
      request: { params },
    }),
    async (c) =>
      c.json(
        await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'models.auth', agent })),
        200,
      ),
  )
  .openapi(
    createRoute({
      ...reading('schema', 'config.schema', 'What the gateway says of a path of its configuration'),
      request: { params, query: LookUpSchema },
    }),
    async (c) => {
      const { path } = c.req.valid('query')
      const ask = () => ({ question: 'config.schema' as const, path })
      return c.json(await readOfAgent(contextOf(c), c.req.valid('param').id, ask), 200)
    },
  )
  .openapi(
    createRoute({
      ...reading('memory', 'memory.status', 'Whether an agent’s memory can be searched'),
      request: { params },
    }),
    async (c) =>
      c.json(
        await readOfAgent(contextOf(c), c.req.valid('param').id, (agent) => ({ question: 'memory.status', agent })),
        200,
      ),
  )
