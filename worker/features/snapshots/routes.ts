import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { tagOf, versionSeen } from '../../http/if-match.ts'
import { Id, Page } from '../../platform/contract.ts'
import {
  AcceptDrift,
  AgentDrift,
  AgentStateAt,
  DiffVersions,
  DriftedAgent,
  DriftIgnores,
  ListDrift,
  ListVersions,
  PutDriftIgnores,
  RollBack,
  RollbackPreview,
  RollbackTo,
  RolledBack,
  Scoped,
  Snapshot,
  SnapshotWithContent,
  StateAt,
  VersionsDiff,
} from './contract.ts'
import { acceptDrift, checkDrift, showDrift } from './drift/drift.ts'
import { getIgnores, putIgnores } from './drift/ignores.ts'
import { listDrift } from './drift/list.ts'
import { previewRollback } from './rollback/preview.ts'
import { rollBack } from './rollback/roll-back.ts'
import { diffVersions } from './versions/diff.ts'
import { listVersions, showVersion } from './versions/list.ts'
import { stateAt } from './versions/state-at.ts'

const tags = ['snapshots']
const params = z.object({ id: Id('agt') })
const read = can('agents.read')
const write = can('agents.write')

export const snapshotRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/drift',
      tags,
      summary: 'All agents whose gateway said something else last than was made or accepted here',
      description: 'The newest drift first. A page may hold fewer than asked for; it goes on while there is a cursor.',
      middleware: read,
      request: { query: ListDrift },
      responses: { 200: json(Page(DriftedAgent), 'A page of agents that drifted'), ...problems },
    }),
    async (c) => c.json(await listDrift(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/drift/ignores',
      tags,
      summary: 'What is not told as drift; ETag is the version',
      middleware: read,
      responses: { 200: json(DriftIgnores, 'The patterns'), ...problems },
    }),
    async (c) => {
      const ignores = await getIgnores(contextOf(c))
      c.header('etag', tagOf(ignores.version))
      return c.json(ignores, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/drift/ignores',
      tags,
      summary: 'Change what is not told as drift',
      description:
        'Needs `If-Match` with the version that the change is made to; without it 428, with another one 412 and the present patterns. A permission or a secret is hidden only by a pattern that is its path, letter by letter.',
      middleware: can('drift.write'),
      request: { body: body(PutDriftIgnores) },
      responses: { 200: json(DriftIgnores, 'The patterns as they are now'), ...problems },
    }),
    async (c) => {
      const ignores = await putIgnores(
        contextOf(c),
        versionSeen(c.req.header('if-match'), 'the list'),
        c.req.valid('json'),
      )
      c.header('etag', tagOf(ignores.version))
      return c.json(ignores, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/versions',
      tags,
      summary: 'The versions of an agent’s configuration',
      middleware: read,
      request: { params, query: ListVersions },
      responses: { 200: json(Page(Snapshot), 'A page of versions, newest first'), ...problems },
    }),
    async (c) => c.json(await listVersions(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/versions/{version}',
      tags,
      summary: 'One version of an agent’s configuration, with its content',
      middleware: read,
      request: { params: params.extend({ version: z.coerce.number().int().positive() }), query: Scoped },
      responses: { 200: json(SnapshotWithContent, 'The version, without secrets'), ...problems },
    }),
    async (c) => {
      const { id, version } = c.req.valid('param')
      return c.json(await showVersion(contextOf(c), id, c.req.valid('query').scope, version), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/diff',
      tags,
      summary: 'What differs between two versions, or from what stands at the gateway',
      middleware: read,
      request: { params, query: DiffVersions },
      responses: { 200: json(VersionsDiff, 'The changes, each with its risk'), ...problems },
    }),
    async (c) => c.json(await diffVersions(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/drift',
      tags,
      summary: 'Whether an agent’s gateway said something else last than was made or accepted here',
      middleware: read,
      request: { params },
      responses: { 200: json(AgentDrift, 'Each scope that is watched'), ...problems },
    }),
    async (c) => c.json(await showDrift(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/drift-check',
      tags,
      summary: 'Ask an agent’s gateway whether it is what was made or accepted here',
      middleware: write,
      request: { params },
      responses: { 200: json(AgentDrift, 'Each scope that is watched'), ...problems },
    }),
    async (c) => c.json(await checkDrift(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/drift/accept',
      tags,
      summary: 'Take what was changed at the gateway for right',
      middleware: write,
      request: { params, body: body(AcceptDrift) },
      responses: { 200: json(Snapshot, 'The version that later drift is told against'), ...problems },
    }),
    async (c) => c.json(await acceptDrift(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/rollback/preview',
      tags,
      summary: 'What putting an earlier version back would do',
      middleware: write,
      request: { params, body: body(RollbackTo) },
      responses: { 200: json(RollbackPreview, 'The changes, and what stands in the way'), ...problems },
    }),
    async (c) => c.json(await previewRollback(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/rollback',
      tags,
      summary: 'Put an earlier version of an agent’s configuration back',
      description:
        '200 once it was read back, or `partial` when some files were written and could not be put back; 202 while it waits for an approval (send the same again when that is decided), or while nobody knows yet. 409 `stale` when something else would be done than was previewed.',
      middleware: write,
      request: { params, body: body(RollBack) },
      responses: {
        200: json(RolledBack, 'It is so at the gateway'),
        202: json(RolledBack, 'It waits, or is still under way'),
        ...problems,
      },
    }),
    async (c) => {
      const done = await rollBack(contextOf(c), c.req.valid('param').id, c.req.valid('json'))
      return done.state === 'done' || done.state === 'nothing' || done.state === 'partial'
        ? c.json(done, 200)
        : c.json(done, 202)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/state-at',
      tags,
      summary: 'What was in force for an agent at a moment',
      middleware: read,
      request: { params, query: StateAt },
      responses: { 200: json(AgentStateAt, 'Configuration, bindings and rules as they had been seen'), ...problems },
    }),
    async (c) => c.json(await stateAt(contextOf(c), c.req.valid('param').id, Date.parse(c.req.valid('query').at)), 200),
  )
