import { z } from 'zod'
import type { ChangeDone, GatewayChange } from '../../../../worker/features/connectors/link/changes/contract.ts'
import type { GatewaySession } from '../../session.ts'
import { putFile } from '../change-file.ts'
import { Refused, Stale } from '../refused.ts'
import { mainMemory, rawMemory, sha256 } from './files.ts'
import { MemoryFolder } from './folder.ts'
import { writableWorkspace } from './local.ts'

type Put = Extract<GatewayChange, { change: 'memory.put' }>
type Delete = Extract<GatewayChange, { change: 'memory.delete' }>

/**
 * Replaces a file of an agent's memory and lets the gateway read it back. The gateway itself writes `MEMORY.md`; for the
 * other files it has no word, so they are written where they lie. A file that has this content already is done.
 */
export async function putMemory(session: GatewaySession, put: Put): Promise<ChangeDone> {
  const { agent, path, content, expectedHash } = put
  if (path === mainMemory)
    return putFile(session, { change: 'file.put', agent, name: mainMemory, content, expectedHash })
  const wanted = sha256(content)
  const before = (await rawMemory(session, agent, path))?.hash ?? null
  const done = { before, after: wanted, reference: wanted, jobId: null }
  if (before === wanted) return { ...done, wasAlready: true }
  if (before !== expectedHash) throw new Stale(`${path} was changed since it was read.`)
  await inFolderOf(session, agent, path, true, (folder, name) => folder.replace(name, content, expectedHash))
  const after = (await rawMemory(session, agent, path))?.hash ?? null
  if (after !== wanted) throw new Stale(`${path} was changed by somebody else.`)
  return { ...done, wasAlready: false }
}

/** Removes a file. One that is gone already is done. */
export async function deleteMemory(
  session: GatewaySession,
  { agent, path, expectedHash }: Delete,
): Promise<ChangeDone> {
  const before = (await rawMemory(session, agent, path))?.hash ?? null
  const done = { before, after: null, reference: null, jobId: null }
  if (before === null) return { ...done, wasAlready: true }
  if (before !== expectedHash) throw new Stale(`${path} was changed since it was read.`)
  await inFolderOf(session, agent, path, false, (folder, name) => folder.remove(name, expectedHash))
  if ((await rawMemory(session, agent, path)) !== null) throw new Stale(`${path} was written anew by somebody else.`)
  return { ...done, wasAlready: false }
}

/** Does it in the file's folder. Throws `Refused` where the gateway is on another machine. */
async function inFolderOf(
  session: GatewaySession,
  agentId: string,
  path: string,
  create: boolean,
  act: (folder: MemoryFolder, name: string) => Promise<void>,
): Promise<void> {
  const { workspace } = await session.call(
    'agents.files.list',
    { agentId },
    z.object({ workspace: z.string() }),
    60_000,
  )
  const root = await writableWorkspace(session, workspace)
  if (root === null)
    throw new Refused('The gateway is not on the machine of its connector, or its folder cannot be written there.')
  const names = path.split('/')
  const name = names.pop() ?? ''
  const folder = await MemoryFolder.enter(root, names, create)
  if (!folder) throw new Stale(`${path} is not there any more.`)
  try {
    await act(folder, name)
  } finally {
    await folder.leave()
  }
}
