import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { demanding } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import type { AppEnv } from '../../../http/app-env.ts'
import { Id } from '../../../platform/contract.ts'
import { AppError } from '../../../platform/errors.ts'
import { connectorByToken, connectorContext } from '../../connectors/index.ts'
import { Artifact, BeginOrdered } from '../contract.ts'
import { downloadArtifact } from '../download.ts'
import { beginOrdered } from '../upload/begin.ts'
import { receiveContent } from '../upload/receive.ts'
import { artifactOfConnector } from './own.ts'

const tags = ['connectors']
const params = z.object({ id: Id('art') })

/** A connector's own token, and nothing else. It sees what is its own; everything else does not exist. */
const asConnector = demanding(
  { of: 'connector', capabilities: [] },
  createMiddleware<AppEnv>(async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const connector = token === undefined ? undefined : await connectorByToken(c.get('request'), token)
    if (!connector) throw new AppError('unauthenticated', 'No connector has this token.')
    if (connector.state === 'paused') throw new AppError('forbidden', 'The connector is paused.')
    c.set('organization', connectorContext(c.get('request'), connector.organizationId, connector.id))
    await next()
  }),
)

/** What a connector does with packages by itself, for orders that came to it. Behind no sign-in of a person. */
export const connectorArtifactRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/connector/artifacts',
      tags,
      summary: 'As a connector: announce the package that was ordered',
      middleware: asConnector,
      request: { body: body(BeginOrdered) },
      responses: { 201: json(Artifact, 'The artifact, whose bytes are awaited'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      return c.json(await beginOrdered(ctx, c.req.valid('json')), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/connector/artifacts/{id}/content',
      tags,
      summary: 'As a connector: upload the bytes of the package that was ordered',
      middleware: asConnector,
      request: { params },
      responses: { 200: json(Artifact, 'The artifact, stored'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const row = await artifactOfConnector(ctx, c.req.valid('param').id)
      const length = Number(c.req.header('content-length') ?? Number.NaN)
      return c.json(await receiveContent(ctx, row, length, c.req.raw.body), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/connector/artifacts/{id}/content',
      tags,
      summary: 'As a connector: download a package of its gateway, to prove that it opens',
      middleware: asConnector,
      request: { params },
      responses: {
        200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
        ...problems,
      },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const { body: bytes, size } = await downloadArtifact(ctx, await artifactOfConnector(ctx, c.req.valid('param').id))
      return c.body(bytes, 200, { 'content-type': 'application/octet-stream', 'content-length': String(size) })
    },
  )
