import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page } from '../../platform/contract.ts'
import { MemoryPath } from '../connectors/link/memory/contract.ts'
import {
  DeleteMemory,
  ListVersions,
  MemoryChanged,
  MemoryFile,
  MemoryFiles,
  MemoryFound,
  MemoryVersion,
  MemoryVersionShown,
  PutMemory,
  RollBackMemory,
  SearchAgentMemory,
  SearchMemory,
  ShowVersion,
} from './contract.ts'
import { memoryFile, memoryFiles } from './files.ts'
import { searchMemory } from './search.ts'
import { listVersions, showVersion } from './versions.ts'
import { deleteMemoryFile, putMemoryFile, rollBackMemoryFile } from './write.ts'

const tags = ['memory']
const params = z.object({ id: Id('agt') })
/** One segment: the slashes of the path are escaped. */
const fileParams = params.extend({ path: MemoryPath })
const changed = {
  200: json(MemoryChanged, 'The change, and the file as it was read back'),
  202: json(MemoryChanged, 'The change, still under way'),
  ...problems,
}
const statusOf = ({ change }: MemoryChanged) => (change === null || change.state === 'confirmed' ? 200 : 202)

export const memoryRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/memory/search',
      tags,
      summary: 'Search the memory of one agent, or of all that were active last',
      description: 'Agents that could not be searched are named with the reason; the hits are of the others.',
      middleware: can('memory.read'),
      request: { query: SearchMemory },
      responses: { 200: json(MemoryFound, 'What was found, and where nobody could look'), ...problems },
    }),
    async (c) => c.json(await searchMemory(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/memory/search',
      tags,
      summary: 'Search an agent’s memory',
      middleware: can('memory.read'),
      request: { params, query: SearchAgentMemory },
      responses: { 200: json(MemoryFound, 'What was found'), ...problems },
    }),
    async (c) => {
      const { query } = c.req.valid('query')
      return c.json(await searchMemory(contextOf(c), { query, agentId: c.req.valid('param').id }), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/memory/files',
      tags,
      summary: 'The files of an agent’s memory',
      middleware: can('agents.read'),
      request: { params },
      responses: { 200: json(MemoryFiles, 'The files, with how fresh the list is'), ...problems },
    }),
    async (c) => c.json(await memoryFiles(contextOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/memory/files/{path}',
      tags,
      summary: 'Read a file of an agent’s memory; passages that look like credentials are redacted',
      middleware: can('memory.read'),
      request: { params: fileParams },
      responses: { 200: json(MemoryFile, 'The file, with how fresh it is'), ...problems },
    }),
    async (c) => {
      const { id, path } = c.req.valid('param')
      return c.json(await memoryFile(contextOf(c), id, path), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/agents/{id}/memory/files/{path}',
      tags,
      summary: 'Replace a file of an agent’s memory, or make a new one',
      middleware: can('memory.write'),
      request: { params: fileParams, body: body(PutMemory) },
      responses: changed,
    }),
    async (c) => {
      const { id, path } = c.req.valid('param')
      const done = await putMemoryFile(contextOf(c), id, path, c.req.valid('json'))
      return c.json(done, statusOf(done))
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/agents/{id}/memory/files/{path}',
      tags,
      summary: 'Remove a file of an agent’s memory; its versions stay',
      middleware: can('memory.write'),
      request: { params: fileParams, query: DeleteMemory },
      responses: changed,
    }),
    async (c) => {
      const { id, path } = c.req.valid('param')
      const done = await deleteMemoryFile(contextOf(c), id, path, c.req.valid('query').expectedHash)
      return c.json(done, statusOf(done))
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/memory/versions',
      tags,
      summary: 'The versions of a file of an agent’s memory',
      middleware: can('memory.read'),
      request: { params, query: ListVersions },
      responses: { 200: json(Page(MemoryVersion), 'A page of versions, newest first'), ...problems },
    }),
    async (c) => c.json(await listVersions(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/agents/{id}/memory/versions/{versionId}',
      tags,
      summary: 'A version, and line by line what it changed',
      middleware: can('memory.read'),
      request: { params: params.extend({ versionId: Id('mvr') }), query: ShowVersion },
      responses: { 200: json(MemoryVersionShown, 'The version'), ...problems },
    }),
    async (c) => {
      const { id, versionId } = c.req.valid('param')
      return c.json(await showVersion(contextOf(c), id, versionId, c.req.valid('query').against), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/agents/{id}/memory/rollback',
      tags,
      summary: 'Make an older version of a file the newest',
      middleware: can('memory.write'),
      request: { params, body: body(RollBackMemory) },
      responses: changed,
    }),
    async (c) => {
      const done = await rollBackMemoryFile(contextOf(c), c.req.valid('param').id, c.req.valid('json'))
      return c.json(done, statusOf(done))
    },
  )
