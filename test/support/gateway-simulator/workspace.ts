import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, posix } from 'node:path'
import { z } from 'zod'
import { type Method, method } from './method.ts'
import { Refusal } from './protocol.ts'

const previewBytesMax = 262_144

/** What a gateway shows of its agents' workspaces: the real folders, without whatever is a link or has a second name. */
export class WorkspaceDesk {
  /** The machine that the gateway says it is on. */
  hostname = hostname()

  list(agentId: string, workspace: string, path: string, offset: number, limit: number) {
    const folder = this.#resolve(workspace, path)
    let names: string[]
    try {
      names = lstatSync(folder).isDirectory() ? readdirSync(folder) : []
    } catch {
      throw fault('workspace_path_not_found', 'workspace directory not found')
    }
    const entries = names.toSorted().flatMap((name) => {
      const stats = lstatSync(join(folder, name))
      const facts = { path: posix.join(path, name), name, updatedAtMs: Math.floor(stats.mtimeMs) }
      if (stats.isDirectory()) return [{ ...facts, kind: 'directory' }]
      return stats.isFile() ? [{ ...facts, kind: 'file', size: stats.size }] : []
    })
    return { agentId, path, entries: entries.slice(offset, offset + limit), totalEntries: entries.length, offset }
  }

  get(agentId: string, workspace: string, path: string) {
    const notFound = fault('workspace_file_not_found', 'workspace file not found')
    try {
      const file = this.#resolve(workspace, path)
      const stats = lstatSync(file)
      if (!stats.isFile() || stats.nlink > 1) throw notFound
      if (stats.size > previewBytesMax)
        throw fault('workspace_file_too_large', 'workspace file is too large to preview')
      const facts = { path, name: posix.basename(path), size: stats.size, updatedAtMs: Math.floor(stats.mtimeMs) }
      return { agentId, file: { ...facts, encoding: 'utf8', content: readFileSync(file, 'utf8') } }
    } catch (error) {
      throw error instanceof Refusal ? error : notFound
    }
  }

  #resolve(workspace: string, path: string): string {
    const whole = posix.resolve(workspace, path)
    if (whole !== workspace && !whole.startsWith(`${workspace}/`))
      throw fault('workspace_path_invalid', 'path escapes the agent workspace')
    return whole
  }
}

const fault = (type: string, message: string) => new Refusal('INVALID_REQUEST', message, { type })

const read = 'operator.read'
export const workspaceMethods: Record<string, Method> = {
  'system.info': method(read, z.strictObject({}), (_c, _p, { desks, port }) => ({
    machineName: desks.workspace.hostname,
    hostname: desks.workspace.hostname,
    platform: process.platform,
    port: port(),
    pid: process.pid,
  })),
  'agents.workspace.list': method(
    read,
    z.strictObject({
      agentId: z.string(),
      path: z.string().default(''),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(250),
    }),
    (_c, { agentId, path, offset, limit }, { roster, desks }) =>
      desks.workspace.list(agentId, roster.mustHave(agentId).workspace, path, offset, limit),
    'agents.workspace.list',
  ),
  'agents.workspace.get': method(
    read,
    z.strictObject({ agentId: z.string(), path: z.string().min(1) }),
    (_c, { agentId, path }, { roster, desks }) => {
      const { workspace } = roster.mustHave(agentId)
      const { file } = path === 'MEMORY.md' ? desks.files.get(agentId, workspace, path) : { file: null }
      return file && !file.missing
        ? { agentId, file: { ...file, encoding: 'utf8' } }
        : desks.workspace.get(agentId, workspace, path)
    },
    'agents.workspace.get',
  ),
}
