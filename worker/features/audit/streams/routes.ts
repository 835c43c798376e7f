import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { tagOf, versionSeen } from '../../../http/if-match.ts'
import { Id } from '../../../platform/contract.ts'
import { changeStream, pauseStream, replayStream, resumeStream } from './change.ts'
import {
  AuditStream,
  ChangeStream,
  CreatedStream,
  CreateStream,
  ReplayStream,
  RotatedSecret,
  StreamDeliveries,
  StreamList,
  TestedStream,
} from './contract.ts'
import { createStream } from './create.ts'
import { listDeliveries, listStreams, showStream } from './list.ts'
import { removeStream } from './remove.ts'
import { rotateSecret } from './rotate.ts'
import { testStream } from './test.ts'

const tags = ['audit']
const path = '/audit/streams'
const one = `${path}/{id}`
const params = z.object({ id: Id('ast') })
const read = can('audit.read')
const write = can('streams.write')
const stream = { 200: json(AuditStream, 'The stream'), ...problems }

export const auditStreamRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'Streams of the audit to other systems, and how far each is',
      middleware: read,
      responses: { 200: json(StreamList, 'All of them'), ...problems },
    }),
    async (c) => c.json(await listStreams(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path,
      tags,
      summary: 'Set up a stream',
      description: 'It begins at once. The signing secret of a webhook is in this answer and nowhere else.',
      middleware: write,
      request: { body: body(CreateStream) },
      responses: { 201: json(CreatedStream, 'The stream'), ...problems },
    }),
    async (c) => c.json(await createStream(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: one,
      tags,
      summary: 'Show a stream; ETag is its version',
      middleware: read,
      request: { params },
      responses: stream,
    }),
    async (c) => {
      const shown = await showStream(contextOf(c), c.req.valid('param').id)
      c.header('etag', tagOf(shown.version))
      return c.json(shown, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: one,
      tags,
      summary: 'Change a stream',
      description: 'Needs `If-Match`; without it 428, with another version 412 and the present stream.',
      middleware: write,
      request: { params, body: body(ChangeStream) },
      responses: stream,
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the stream')
      const changed = await changeStream(contextOf(c), c.req.valid('param').id, seen, c.req.valid('json'))
      c.header('etag', tagOf(changed.version))
      return c.json(changed, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: one,
      tags,
      summary: 'Remove a stream',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'Removed' }, ...problems },
    }),
    async (c) => {
      await removeStream(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${one}/pause`,
      tags,
      summary: 'Send no more until it is resumed',
      middleware: write,
      request: { params },
      responses: stream,
    }),
    async (c) => c.json(await pauseStream(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${one}/resume`,
      tags,
      summary: 'Go on where it was',
      middleware: write,
      request: { params },
      responses: stream,
    }),
    async (c) => c.json(await resumeStream(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${one}/replay`,
      tags,
      summary: 'Send again from an event on',
      middleware: write,
      request: { params, body: body(ReplayStream) },
      responses: stream,
    }),
    async (c) => c.json(await replayStream(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${one}/test`,
      tags,
      summary: 'Send a message without events, now',
      middleware: write,
      request: { params },
      responses: { 200: json(TestedStream, 'What came of it'), ...problems },
    }),
    async (c) => c.json(await testStream(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${one}/rotate-secret`,
      tags,
      summary: 'A new signing secret for a webhook',
      description: 'It is in this answer and nowhere else. For a day both secrets sign.',
      middleware: write,
      request: { params },
      responses: { 200: json(RotatedSecret, 'The secret'), ...problems },
    }),
    async (c) => c.json(await rotateSecret(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: `${one}/deliveries`,
      tags,
      summary: 'The newest hundred deliveries',
      middleware: read,
      request: { params },
      responses: { 200: json(StreamDeliveries, 'Newest first'), ...problems },
    }),
    async (c) => c.json(await listDeliveries(contextOf(c), c.req.valid('param').id), 200),
  )
