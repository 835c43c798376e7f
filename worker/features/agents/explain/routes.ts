import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import {
  AgentComparison,
  AgentEffective,
  CompareMoments,
  CompareWith,
  EffectiveOf,
  EffectivePreview,
  PreviewEffective,
} from './api/contract.ts'
import { agentEffective, compareAgents, previewEffective } from './effective.ts'
import { compareMoments } from './moments.ts'

const tags = ['agents']
const params = z.object({ id: Id('agt') })

export const agentEffectiveRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/effective',
      tags,
      summary: 'Why an agent is as it is: settings with their layer, tools with the step that decided, findings',
      middleware: can('agents.read'),
      request: { params, query: EffectiveOf },
      responses: { 200: json(AgentEffective, 'The explanation, with how fresh its facts are'), ...problems },
    }),
    async (c) => c.json(await agentEffective(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/effective/preview',
      tags,
      summary: 'What a change would do to an agent: tools gained and lost, settings, findings. Changes nothing',
      middleware: can('agents.read'),
      request: { params, body: body(PreviewEffective) },
      responses: { 200: json(EffectivePreview, 'The agent as it would be, and what differs'), ...problems },
    }),
    async (c) => c.json(await previewEffective(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/effective/difference',
      tags,
      summary: 'What differs between an agent and another one, of the same gateway or not',
      middleware: can('agents.read'),
      request: { params, query: CompareWith },
      responses: { 200: json(AgentComparison, 'The difference, with how fresh both are'), ...problems },
    }),
    async (c) => c.json(await compareAgents(contextOf(c), c.req.valid('param').id, c.req.valid('query').with), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/effective/moments',
      tags,
      summary: 'What differs between an agent under one version of its entry and under another, or as it is now',
      middleware: can('agents.read'),
      request: { params, query: CompareMoments },
      responses: { 200: json(AgentComparison, 'The difference, explained on both sides'), ...problems },
    }),
    async (c) => c.json(await compareMoments(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
