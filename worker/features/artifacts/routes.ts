import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { Artifact, ArtifactDetail, BeginUpload, ListArtifacts } from './contract.ts'
import { downloadArtifact } from './download.ts'
import { listArtifacts, showArtifact } from './list.ts'
import { removeArtifact } from './remove.ts'
import { getArtifact } from './store.ts'
import { beginUpload } from './upload/begin.ts'
import { receiveContent } from './upload/receive.ts'

const tags = ['artifacts']
const params = z.object({ id: Id('art') })
const ofConnector = z.object({ id: Id('con') })
const read = can('artifacts.read')
const write = can('artifacts.write')

export const artifactRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/artifacts',
      tags,
      summary: 'Packages of gateways, newest first',
      middleware: read,
      request: { query: ListArtifacts },
      responses: { 200: json(Page(Artifact), 'A page of artifacts'), ...problems },
    }),
    async (c) => c.json(await listArtifacts(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/artifacts/{id}',
      tags,
      summary: 'One package, with what its header and its manifest say',
      middleware: read,
      request: { params },
      responses: { 200: json(ArtifactDetail, 'The artifact'), ...problems },
    }),
    async (c) => c.json(await showArtifact(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/artifacts',
      tags,
      summary: 'Announce a package; its bytes follow with PUT',
      description:
        'The manifest must be the one whose SHA-256 the header names. The same file twice is one artifact. What is not uploaded within a day is forgotten.',
      middleware: write,
      request: { params: ofConnector, body: body(BeginUpload) },
      responses: { 201: json(Artifact, 'The artifact, whose bytes are awaited'), ...problems },
    }),
    async (c) => c.json(await beginUpload(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/artifacts/{id}/content',
      tags,
      summary: 'Upload the bytes of an announced package',
      description:
        'As many as announced, with the SHA-256 that was announced; otherwise 422 and nothing is kept. Sent again when it is stored, nothing changes.',
      middleware: write,
      request: { params },
      responses: { 200: json(Artifact, 'The artifact, stored'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const row = await getArtifact(ctx, c.req.valid('param').id)
      return c.json(await receiveContent(ctx, row, lengthOf(c.req.header('content-length')), c.req.raw.body), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/artifacts/{id}/content',
      tags,
      summary: 'Download a package, as it was stored',
      middleware: read,
      request: { params },
      responses: {
        200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
        ...problems,
      },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const row = await getArtifact(ctx, c.req.valid('param').id)
      const { body: bytes, size, sha256 } = await downloadArtifact(ctx, row)
      return c.body(bytes, 200, {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename="${row.id}.cbpkg"`,
        'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
        'cache-control': 'no-store',
      })
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/artifacts/{id}',
      tags,
      summary: 'Delete a package for good',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'Deleted' }, ...problems },
    }),
    async (c) => {
      await removeArtifact(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

const lengthOf = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null
