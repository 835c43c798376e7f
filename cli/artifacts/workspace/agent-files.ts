import { realpath, stat } from 'node:fs/promises'
import { z } from 'zod'
import { rawFile } from '../../gateway/management/files.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { WorkspaceFolder } from '../../workspace/folder.ts'
import { isOnThisMachine } from '../collect/own-file.ts'
import { bytesOf } from './digest.ts'
import { type LeftOut, type WorkspaceFile, walkWorkspace } from './walk.ts'

/** The files of an agent, from wherever this process can read them. */
export interface AgentFiles {
  /** The real path of the workspace where it is on this disk; null where the gateway tells the files. */
  root: string | null
  files: WorkspaceFile[]
  left: LeftOut[]
  open: (path: string) => AsyncIterable<Uint8Array>
}

const Listed = z.object({ files: z.array(z.object({ name: z.string(), missing: z.boolean() })) })

/** Where the workspaces of all agents really are, for `agentFiles`; those that are not on this disk are left out. */
export async function realWorkspaces(workspaces: readonly (string | null)[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    [...new Set(workspaces)].map((path) => (path === null ? null : realpath(path).catch(() => null))),
  )
  return new Set(found.flatMap((path) => path ?? []))
}

/**
 * From the disk where the workspace is here and readable, else what the gateway itself keeps for the agent. `workspaces`: the
 * real ones of all agents; `withDigests`: each file on the disk is read as well.
 */
export async function agentFiles(
  session: GatewaySession,
  { id, workspace }: { id: string; workspace: string | null },
  workspaces: ReadonlySet<string>,
  withDigests = false,
): Promise<AgentFiles> {
  const root = await readableHere(session, workspace)
  if (root !== null) {
    const others = new Set([...workspaces].filter((path) => path !== root))
    const walked = await walkWorkspace(root, others, withDigests)
    return { root, ...walked, open: (path) => readWorkspaceFile(root, path) }
  }
  const listed = await filesAtGateway(session, id)
  if (listed === null)
    return {
      root: null,
      files: [],
      left: [{ path: '', reason: 'the gateway does not know the agent yet' }],
      open: nothing,
    }
  const contents = new Map<string, Uint8Array>()
  for (const { name, missing } of listed) {
    if (missing) continue
    const { content } = await rawFile(session, id, name)
    contents.set(name, new TextEncoder().encode(content ?? ''))
  }
  return {
    root: null,
    files: [...contents].map(([path, { length }]) => ({ path, size: length, isExecutable: false, sha256: null })),
    left: [{ path: '', reason: 'the workspace is not readable here: only what the gateway tells is in the package' }],
    open: async function* (path) {
      yield contents.get(path) ?? new Uint8Array()
    },
  }
}

/** Null while the gateway's own list does not have the agent. */
async function filesAtGateway(session: GatewaySession, agentId: string) {
  try {
    return (await session.call('agents.files.list', { agentId }, Listed, 60_000)).files
  } catch (error) {
    if (error instanceof GatewayRequestFailed && /not found/i.test(error.message)) return null
    throw error
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The real path of a workspace that is on this machine and that this user may enter; else null. */
async function readableHere(session: GatewaySession, workspace: string | null): Promise<string | null> {
  if (workspace === null || process.platform === 'win32' || !(await isOnThisMachine(session))) return null
  try {
    const path = await realpath(workspace)
    return (await stat(path)).isDirectory() ? path : null
  } catch {
    return null
  }
}

/** The bytes of one file below a workspace. Throws when it is not there any more. */
async function* readWorkspaceFile(root: string, path: string): AsyncGenerator<Uint8Array> {
  const names = path.split('/')
  const folder = await WorkspaceFolder.enter(root, names.slice(0, -1), false)
  try {
    const found = (await folder?.open(names.at(-1) ?? '')) ?? null
    if (!found) throw new Error(`${path} is not there any more.`)
    try {
      yield* bytesOf(found.file, found.stats.size)
    } finally {
      await found.file.close()
    }
  } finally {
    await folder?.leave()
  }
}
