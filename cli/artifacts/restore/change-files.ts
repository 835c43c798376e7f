import { createHash } from 'node:crypto'
import { chown, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { openPackage } from '../../../cbpkg/read.ts'
import { rawFile } from '../../gateway/management/files.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { Failure } from '../../output/failure.ts'
import { isOnThisMachine } from '../collect/own-file.ts'
import { packageFile } from '../package-file.ts'
import type { FilePlan } from '../plan/files.ts'
import type { Fill } from '../plan/fill.ts'
import type { OpenedPackage } from '../plan/opened.ts'
import { codeOf, NotPlain, WorkspaceFolder } from '../workspace/folder.ts'

/** Makes the folder of a workspace that is to be on this machine and is not there, as its neighbours are owned. */
export async function makeWorkspace(session: GatewaySession, workspace: string | null): Promise<void> {
  if (workspace === null || !(await isOnThisMachine(session))) return
  if (await stat(workspace).catch(() => null)) return
  const first = await mkdir(workspace, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw codeOf(error) === 'EACCES' ? new Failure(`${workspace} cannot be made by this user.`) : error
  })
  if (first === undefined || process.getuid?.() !== 0) return
  const { uid, gid } = await stat(dirname(first))
  for (let path = workspace; path.length >= first.length; path = dirname(path)) await chown(path, uid, gid)
}

export interface FilesWritten {
  written: number
  removed: number
  left: { path: string; reason: string }[]
}

/**
 * Writes and removes what the plans say. The package is read once more; each file is put in its place as a whole, and only
 * if it is what was read the first time.
 */
export async function writeFiles(
  session: GatewaySession,
  plans: readonly FilePlan[],
  held: OpenedPackage,
  { path, passphrase, fill }: { path: string; passphrase: string; fill: Fill },
): Promise<FilesWritten> {
  const done: FilesWritten = { written: 0, removed: 0, left: [] }
  const due = new Map<string, { plan: FilePlan; file: FilePlan['put'][number] }>()
  for (const plan of plans)
    for (const file of plan.put) due.set(`agents/${plan.agent}/workspace/${file.path}`, { plan, file })
  if (due.size > 0) {
    const { header, entries } = await openPackage(await packageFile(path), passphrase)
    if (header.id !== held.header.id) throw new Failure('The package was exchanged while it was restored.')
    for await (const { entry, content } of entries()) {
      const found = due.get(entry.path)
      if (!found) continue
      const sha256 = held.files.get(found.plan.agent)?.files.get(found.file.path)?.sha256 ?? ''
      const given = fill.get(entry.path)
      const bytes = typeof given === 'string' ? [Buffer.from(given)] : content
      const reason = await put(session, found.plan, found.file, proven(bytes, sha256))
      if (reason === null) done.written++
      else done.left.push({ path: entry.path, reason })
    }
  }
  for (const { agent, root, remove } of plans)
    for (const { path: name } of remove) {
      const reason = root === null ? 'only the machine of the gateway can remove it' : await removeFile(root, name)
      if (reason === null) done.removed++
      else done.left.push({ path: `agents/${agent}/workspace/${name}`, reason })
    }
  return done
}

/** Null when it is there; else why it is not. */
async function put(
  session: GatewaySession,
  { agent, root }: FilePlan,
  { path, isExecutable }: FilePlan['put'][number],
  content: AsyncIterable<Uint8Array>,
): Promise<string | null> {
  if (root === null) return putAtGateway(session, agent, path, content)
  const names = path.split('/')
  try {
    const folder = await WorkspaceFolder.enter(root, names.slice(0, -1), true)
    try {
      await folder?.put(names.at(-1) ?? '', content, isExecutable)
      return folder ? null : 'its folder could not be made'
    } finally {
      await folder?.leave()
    }
  } catch (error) {
    if (error instanceof NotPlain) return error.message
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return 'this user may not write it'
    throw error
  }
}

async function putAtGateway(
  session: GatewaySession,
  agentId: string,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<string | null> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(Uint8Array.from(part))
  try {
    const { hash, missing } = await rawFile(session, agentId, name)
    const params = { agentId, name, content: Buffer.concat(parts).toString('utf8') }
    await session.call(
      'agents.files.set',
      { ...params, ...(missing || !hash ? {} : { expectedHash: hash }) },
      z.unknown(),
      60_000,
    )
    return null
  } catch (error) {
    if (error instanceof GatewayRequestFailed)
      return 'the workspace is not on this machine, and the gateway does not take this file'
    throw error
  }
}

async function removeFile(root: string, path: string): Promise<string | null> {
  const names = path.split('/')
  const folder = await WorkspaceFolder.enter(root, names.slice(0, -1), false)
  try {
    await folder?.remove(names.at(-1) ?? '')
    return null
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return 'this user may not remove it'
    throw error
  } finally {
    await folder?.leave()
  }
}

async function* proven(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, sha256: string) {
  const hash = createHash('sha256')
  for await (const piece of content) {
    hash.update(piece)
    yield piece
  }
  // Thrown into whoever writes it, before the file gets its name.
  if (hash.digest('hex') !== sha256) throw new Failure('The package is not what was read before.')
}
