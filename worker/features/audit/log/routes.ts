import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { gzipped } from '../../../http/compressed.ts'
import {
  CheckpointQuery,
  ConsistencyProof,
  ConsistencyQuery,
  InclusionProof,
  InclusionQuery,
  LogState,
  Seq,
} from './contract.ts'
import { exportLog } from './export.ts'
import { checkpointOf, evidenceOf, logState, proveConsistent, proveIncluded, tileAt, verifierKeysOf } from './read.ts'
import { rotateKey } from './rotate.ts'
import { isBundle } from './tlog-reads.ts'

const tags = ['audit']
const middleware = can('audit.read')
const plain = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } })
const text = { 'content-type': 'text/plain; charset=utf-8' }
/** Any string to the types of a route: they take this one for JSON, which a stream of lines is not. */
const jsonLines: string = 'application/x-ndjson'
/** Tiles never change; they are private to the organization. */
const immutable = {
  'content-type': 'application/octet-stream',
  'cache-control': 'private, max-age=31536000, immutable',
}

/** The log as C2SP tlog-tiles lays it out, and proofs for whoever does not want to fetch tiles. */
export const auditLogRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/log',
      tags,
      summary: 'How far the log is signed, and by which keys',
      middleware,
      responses: { 200: json(LogState, 'The state of the log'), ...problems },
    }),
    async (c) => c.json(await logState(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/log/checkpoint',
      tags,
      summary: 'The newest checkpoint, a C2SP signed note, with the cosignatures it has',
      description: 'With `witnessed=true` the newest that as many witnesses have cosigned as the policy asks for.',
      middleware,
      request: { query: CheckpointQuery },
      responses: { 200: plain('The note'), ...problems },
    }),
    async (c) => c.text(await checkpointOf(contextOf(c), c.req.valid('query')), 200, text),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/log/vkey',
      tags,
      summary: 'The keys that sign checkpoints, newest first',
      middleware,
      responses: { 200: plain('A verifier key on each line'), ...problems },
    }),
    async (c) => c.text(await verifierKeysOf(contextOf(c)), 200, text),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/log/keys',
      tags,
      summary: 'Give the log another signing key',
      description:
        'The old key vouches for the new one and signs beside it for 30 days; whoever knows only the old one finds the new one by it.',
      middleware: can('audit.keep'),
      responses: { 200: json(LogState, 'The state of the log'), ...problems },
    }),
    async (c) => c.json(await rotateKey(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/events/{seq}/evidence',
      tags,
      summary: 'One event as evidence: a C2SP tlog-proof file',
      description: 'Its extra data is JSON: the leaf, and payload and salt, which open the commitment in the leaf.',
      middleware,
      request: { params: z.object({ seq: Seq }) },
      responses: { 200: plain('The file'), ...problems },
    }),
    async (c) => {
      const { seq } = c.req.valid('param')
      const named = `attachment; filename="event-${seq}.tlog-proof"`
      return c.text(await evidenceOf(contextOf(c), seq), 200, { ...text, 'content-disposition': named })
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/proofs/inclusion',
      tags,
      summary: 'Prove that an event is in the log',
      middleware,
      request: { query: InclusionQuery },
      responses: { 200: json(InclusionProof, 'The proof'), ...problems },
    }),
    async (c) => c.json(await proveIncluded(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/proofs/consistency',
      tags,
      summary: 'Prove that the log has only grown',
      middleware,
      request: { query: ConsistencyQuery },
      responses: { 200: json(ConsistencyProof, 'The proof'), ...problems },
    }),
    async (c) => c.json(await proveConsistent(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/export',
      tags,
      summary: 'The whole log for whoever verifies it, as JSON Lines',
      description:
        'Its checkpoint and keys, then each event with its leaf, its payload and the salt that opens the commitment. `clawbutler audit verify` reads it.',
      middleware,
      responses: {
        200: { description: 'The log', content: { [jsonLines]: { schema: z.string() } } },
        ...problems,
      },
    }),
    async (c) =>
      c.body(await exportLog(contextOf(c)), 200, {
        'content-type': jsonLines,
        'content-disposition': 'attachment; filename="audit.jsonl"',
      }),
  )
  // Not in the OpenAPI document, which has no paths of several segments: C2SP tlog-tiles describes them.
  .get('/audit/log/tile/*', middleware, async (c) => {
    const path = c.req.path.slice(c.req.path.indexOf('/tile/') + 1)
    const headers = isBundle(path) ? { ...immutable, ...gzipped(c.req.raw) } : immutable
    return c.body(new Uint8Array(await tileAt(contextOf(c), path)), 200, headers)
  })
