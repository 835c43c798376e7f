import { createHash } from 'node:crypto'
import { chown, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { GatewaySession } from '../../gateway/session.ts'
import { Failure } from '../../output/failure.ts'
import { codeOf, WorkspaceFolder } from '../../workspace/folder.ts'
import { isOnThisMachine } from '../collect/own-file.ts'
import type { FilePlan } from '../plan/files.ts'
import type { Fill } from '../plan/fill.ts'
import type { OpenedPackage } from '../plan/opened.ts'
import { FileWriter } from './file-writer.ts'

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
 * if it is what was read the first time. When this resolves, all of it is on the disk for good.
 */
export async function writeFiles(
  session: GatewaySession,
  plans: readonly FilePlan[],
  held: OpenedPackage,
  fill: Fill,
): Promise<FilesWritten> {
  const due = new Map<string, { plan: FilePlan; file: FilePlan['put'][number] }>()
  for (const plan of plans)
    for (const file of plan.put) due.set(`agents/${plan.agent}/workspace/${file.path}`, { plan, file })
  const written = due.size > 0 ? await putAll(session, due, held, fill) : { written: 0, left: [] }
  const done: FilesWritten = { ...written, removed: 0 }
  for (const { agent, root, remove } of plans)
    for (const { path: name } of remove) {
      const reason = root === null ? 'only the machine of the gateway can remove it' : await removeFile(root, name)
      if (reason === null) done.removed++
      else done.left.push({ path: `agents/${agent}/workspace/${name}`, reason })
    }
  return done
}

async function putAll(
  session: GatewaySession,
  due: ReadonlyMap<string, { plan: FilePlan; file: FilePlan['put'][number] }>,
  held: OpenedPackage,
  fill: Fill,
): Promise<Pick<FilesWritten, 'written' | 'left'>> {
  const writer = new FileWriter(session)
  try {
    const { entries } = await held.open()
    for await (const { entry, content } of entries()) {
      const found = due.get(entry.path)
      if (!found) continue
      const { plan, file } = found
      const sha256 = held.files.get(plan.agent)?.files.get(file.path)?.sha256 ?? ''
      const given = fill.get(entry.path)
      const bytes = proven(typeof given === 'string' ? [Buffer.from(given)] : content, sha256)
      await writer.put({ ...file, entry: entry.path, agent: plan.agent, root: plan.root }, bytes)
    }
    await writer.end()
    return { written: writer.written, left: writer.left }
  } finally {
    await writer.close()
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
