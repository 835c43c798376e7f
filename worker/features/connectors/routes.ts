import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { pauseConnector, renameConnector, resumeConnector, rotateConnectorToken, syncConnector } from './change.ts'
import {
  Connector,
  ConnectorTest,
  CreateConnector,
  CreatedConnector,
  Diagnostics,
  ListConnectors,
  RenameConnector,
} from './contract.ts'
import { createConnector } from './create.ts'
import { diagnoseConnector, streamDiagnostics } from './diagnose.ts'
import { listConnectors, showConnector } from './list.ts'
import { removeConnector } from './remove.ts'
import { testConnector } from './test.ts'

const tags = ['connectors']
const params = z.object({ id: Id('con') })
const read = can('connectors.read')
const write = can('connectors.write')

const act = <P extends string>(action: P, summary: string) =>
  createRoute({
    method: 'post',
    path: `/connectors/{id}/${action}` as const,
    tags,
    summary,
    middleware: write,
    request: { params },
    responses: { 200: json(Connector, 'The connector'), ...problems },
  })

export const connectorRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/connectors',
      tags,
      summary: 'List connectors',
      middleware: read,
      request: { query: ListConnectors },
      responses: { 200: json(Page(Connector), 'A page of connectors, newest first'), ...problems },
    }),
    async (c) => c.json(await listConnectors(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors',
      tags,
      summary: 'Create a connector; its token is answered once',
      middleware: write,
      request: { body: body(CreateConnector) },
      responses: { 201: json(CreatedConnector, 'The connector, its token and the command to paste'), ...problems },
    }),
    async (c) => c.json(await createConnector(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/connectors/{id}',
      tags,
      summary: 'Show one connector',
      middleware: read,
      request: { params },
      responses: { 200: json(Connector, 'The connector'), ...problems },
    }),
    async (c) => c.json(await showConnector(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/connectors/{id}',
      tags,
      summary: 'Rename a connector',
      middleware: write,
      request: { params, body: body(RenameConnector) },
      responses: { 200: json(Connector, 'The connector'), ...problems },
    }),
    async (c) => c.json(await renameConnector(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/connectors/{id}',
      tags,
      summary: 'Remove a connector, its agents and its open approvals from view',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'Removed' }, ...problems },
    }),
    async (c) => {
      await removeConnector(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/rotate-token',
      tags,
      summary: 'Replace the token; the old one stops working at once',
      middleware: write,
      request: { params },
      responses: { 200: json(CreatedConnector, 'The connector and its new token'), ...problems },
    }),
    async (c) => c.json(await rotateConnectorToken(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(act('pause', 'Refuse the connector until it is resumed'), async (c) =>
    c.json(await pauseConnector(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(act('resume', 'Accept the connector again'), async (c) =>
    c.json(await resumeConnector(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(act('sync', 'List agents and pending approvals again'), async (c) =>
    c.json(await syncConnector(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/diagnostics',
      tags,
      summary: 'Let the connector check itself, step by step',
      middleware: write,
      request: { params },
      responses: { 200: json(Diagnostics, 'Each step with its result and remedy'), ...problems },
    }),
    async (c) => c.json(await diagnoseConnector(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/diagnostics/stream',
      tags,
      summary: 'Let the connector check itself, each step told as it ends, as Server-Sent Events',
      description: 'Events: `step` (DiagnosticStep), at the end `result` (Diagnostics); `problem` for a fault.',
      middleware: write,
      request: { params },
      responses: {
        200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
        ...problems,
      },
    }),
    async (c) =>
      c.newResponse(await streamDiagnostics(contextOf(c), c.req.valid('param').id), 200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      }),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/test',
      tags,
      summary: 'Ask the gateway something through its connector',
      description: 'What stands in the way is an answer with `ok: false` and its cause, not a problem.',
      middleware: write,
      request: { params },
      responses: { 200: json(ConnectorTest, 'Whether the question came back, and how fast'), ...problems },
    }),
    async (c) => c.json(await testConnector(contextOf(c), c.req.valid('param').id), 200),
  )
