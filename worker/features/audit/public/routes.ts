import { createRoute } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { gzipped } from '../../../http/compressed.ts'
import { AppError } from '../../../platform/errors.ts'
import { CheckpointQuery } from '../log/contract.ts'
import { isBundle } from '../log/tlog-reads.ts'
import { closePublicAddress, openPublicAddress, publicAddress } from './address.ts'
import { PublicAddress, PutPublicAddress } from './contract.ts'
import { publicCheckpoint, publicKeys, publicSuccessions, publicTile } from './read.ts'

const tags = ['audit']
const path = '/audit/public-address'
const text = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' }
const immutable = {
  'content-type': 'application/octet-stream',
  'cache-control': 'public, max-age=604800, immutable',
}

export const publicAddressRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'Where verifiers without an account read the log',
      middleware: can('audit.read'),
      responses: { 200: json(PublicAddress, 'The address'), ...problems },
    }),
    async (c) => c.json(await publicAddress(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'put',
      path,
      tags,
      summary: 'Open or close the public address',
      description:
        'Below it stand checkpoint, keys, hash tiles and entry bundles (C2SP tlog-tiles), never what an event said. Closed, it is a 404 at once; opened again it is another one.',
      middleware: can('audit.keep'),
      request: { body: body(PutPublicAddress) },
      responses: { 200: json(PublicAddress, 'The address as it is now'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      return c.json(await (c.req.valid('json').open ? openPublicAddress(ctx) : closePublicAddress(ctx)), 200)
    },
  )

/**
 * The log for whoever was given its address, as C2SP tlog-tiles lays it out; it describes these paths, so they are not in
 * the OpenAPI document. Pages of others may read it, which is why every origin is allowed; nobody is signed in here.
 */
export const publicLogRoutes = api()
publicLogRoutes.use('/audit/public/*', cors({ origin: '*', allowMethods: ['GET', 'HEAD'], maxAge: 86_400 }))
publicLogRoutes.get('/audit/public/:token/checkpoint', async (c) => {
  const wanted = CheckpointQuery.safeParse(c.req.query())
  if (!wanted.success)
    throw new AppError('invalid', 'witnessed is true or false.', {
      errors: [{ path: 'witnessed', message: 'neither true nor false' }],
    })
  return c.text(await publicCheckpoint(c.get('request'), c.req.param('token'), wanted.data), 200, text)
})
publicLogRoutes.get('/audit/public/:token/vkey', async (c) =>
  c.text(await publicKeys(c.get('request'), c.req.param('token')), 200, text),
)
// Ours, beside what the specification names.
publicLogRoutes.get('/audit/public/:token/successions', async (c) =>
  c.json(await publicSuccessions(c.get('request'), c.req.param('token')), 200, { 'cache-control': 'no-cache' }),
)
publicLogRoutes.get('/audit/public/:token/tile/*', async (c) => {
  const token = c.req.param('token')
  const tilePath = c.req.path.slice(c.req.path.indexOf('/tile/') + 1)
  const tile = await publicTile(c.get('request'), token, tilePath)
  const headers = isBundle(tilePath) ? { ...immutable, ...gzipped(c.req.raw) } : immutable
  return c.body(new Uint8Array(tile), 200, headers)
})
