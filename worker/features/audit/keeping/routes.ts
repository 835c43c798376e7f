import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { tagOf, versionSeen } from '../../../http/if-match.ts'
import { Id } from '../../../platform/contract.ts'
import { Hold, Keeping, PlaceHold, PutRetention, ReleaseHold, Restore, Retention, StartRestore } from './contract.ts'
import { placeHold, releaseHold } from './holds.ts'
import { startRestore } from './restore.ts'
import { keepingOf, putRetention } from './retention.ts'

const tags = ['audit']
const path = '/audit/keeping'

export const keepingRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'How events are kept: archive, retention, holds and restores; ETag is the version of the retention',
      middleware: can('audit.read'),
      responses: { 200: json(Keeping, 'The state'), ...problems },
    }),
    async (c) => {
      const keeping = await keepingOf(contextOf(c))
      c.header('etag', tagOf(keeping.retention.version))
      return c.json(keeping, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: `${path}/retention`,
      tags,
      summary: 'Change how long events are kept',
      description:
        'Needs `If-Match` with the version that the change is made to; without it 428, with another one 412 and the present settings.',
      middleware: can('audit.keep'),
      request: { body: body(PutRetention) },
      responses: { 200: json(Retention, 'The settings as they are now'), ...problems },
    }),
    async (c) => {
      const changed = await putRetention(
        contextOf(c),
        versionSeen(c.req.header('if-match'), 'the retention'),
        c.req.valid('json'),
      )
      c.header('etag', tagOf(changed.version))
      return c.json(changed, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${path}/holds`,
      tags,
      summary: 'Place a legal hold',
      description: 'What is under it is neither erased nor destroyed after its time, until it is released.',
      middleware: can('audit.keep'),
      request: { body: body(PlaceHold) },
      responses: { 201: json(Hold, 'The hold'), ...problems },
    }),
    async (c) => c.json(await placeHold(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${path}/holds/{holdId}/release`,
      tags,
      summary: 'Release a legal hold',
      middleware: can('audit.keep'),
      request: { params: z.object({ holdId: Id('hld') }), body: body(ReleaseHold) },
      responses: { 200: json(Hold, 'The hold, released'), ...problems },
    }),
    async (c) => c.json(await releaseHold(contextOf(c), c.req.valid('param').holdId, c.req.valid('json').reason), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${path}/restores`,
      tags,
      summary: 'Bring archived events back into search for some days',
      description: 'Begins at once and goes on by itself; its progress is in the state of keeping.',
      middleware: can('audit.keep'),
      request: { body: body(StartRestore) },
      responses: { 202: json(Restore, 'The restore, begun'), ...problems },
    }),
    async (c) => c.json(await startRestore(contextOf(c), c.req.valid('json')), 202),
  )
