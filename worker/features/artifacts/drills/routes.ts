import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { ArtifactDrill, ListArtifactDrills } from './contract.ts'
import { listDrills, showDrill } from './list.ts'
import { orderDrill } from './order.ts'

const tags = ['artifacts']
const read = can('artifacts.read')

export const artifactDrillRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/artifacts/{id}/drills',
      tags,
      summary: 'Have its connector open a package and check all of it against the manifest',
      middleware: can('artifacts.write'),
      request: { params: z.object({ id: Id('art') }) },
      responses: { 202: json(ArtifactDrill, 'The drill; its result comes with `artifact.proved`'), ...problems },
    }),
    async (c) => c.json(await orderDrill(contextOf(c), c.req.valid('param').id), 202),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/artifact-drills',
      tags,
      summary: 'Drills of packages, newest first',
      middleware: read,
      request: { query: ListArtifactDrills },
      responses: { 200: json(Page(ArtifactDrill), 'A page of drills'), ...problems },
    }),
    async (c) => c.json(await listDrills(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/artifact-drills/{id}',
      tags,
      summary: 'One drill with its result',
      middleware: read,
      request: { params: z.object({ id: Id('prv') }) },
      responses: { 200: json(ArtifactDrill, 'The drill'), ...problems },
    }),
    async (c) => c.json(await showDrill(contextOf(c), c.req.valid('param').id), 200),
  )
