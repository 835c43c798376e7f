import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { digestOf } from '../../platform/secrets.ts'
import {
  type DescribedAgent,
  getAgent,
  orderChange,
  refuseUnmanageable,
  refuseUnwritable,
  settled,
} from '../agents/index.ts'
import { memoryBytesMax } from '../connectors/link/memory/contract.ts'
import { noText } from '../connectors/link/questions/contract.ts'
import type { MemoryChanged, PutMemory, RollBackMemory } from './contract.ts'
import { fileNow } from './files.ts'
import { contentOf, writtenStatements } from './keep.ts'
import { getVersion } from './store.ts'

interface Write {
  path: string
  /** Null removes the file. */
  content: string | null
  expectedHash: string | null
  restoredFrom: string | null
}

/**
 * Replaces a file and reads it back. Throws `stale` when it is not any more what `expectedHash` says, `too_large`, and
 * `invalid` for a content that stands for something else (`refuseUnwritable`).
 */
export const putMemoryFile = async (
  ctx: OrganizationContext,
  id: string,
  path: string,
  { content, expectedHash }: PutMemory,
): Promise<MemoryChanged> => {
  const agent = await getAgent(ctx, id)
  refuseUnwritable(content, memoryBytesMax)
  return writeMemory(ctx, agent, { path, content, expectedHash, restoredFrom: null })
}

/** Removes a file; its versions stay, so that it can be brought back. Throws `not_found` when there is none. */
export const deleteMemoryFile = async (
  ctx: OrganizationContext,
  id: string,
  path: string,
  expectedHash: string,
): Promise<MemoryChanged> =>
  writeMemory(ctx, await getAgent(ctx, id), { path, content: null, expectedHash, restoredFrom: null })

/**
 * Makes an older version the newest, through the same guarded change. Throws `conflict` for one with redacted passages, and
 * for one of bytes that are no text: what is kept of it would make another file.
 */
export const rollBackMemoryFile = async (
  ctx: OrganizationContext,
  id: string,
  { versionId, expectedHash }: RollBackMemory,
): Promise<MemoryChanged> => {
  const agent = await getAgent(ctx, id)
  const version = await getVersion(ctx, id, versionId)
  if (version.redactions > 0)
    throw new AppError('conflict', 'This version was kept without its redacted passages, and cannot be brought back.', {
      context: { because: 'redacted' },
    })
  const content = version.hash === null ? null : await contentOf(ctx, version)
  if (content?.includes(noText) && digestOf(content) !== version.hash)
    throw new AppError('conflict', 'This version is no text, and cannot be brought back from what is kept of it.', {
      context: { because: 'not_text' },
    })
  return writeMemory(ctx, agent, { path: version.path, content, expectedHash, restoredFrom: version.id })
}

/**
 * The file is read first: whoever is late hears it before anything is ordered, and what is replaced stays in the history
 * even where nobody has ever looked at it.
 */
const writeMemory = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { path, content, expectedHash, restoredFrom }: Write,
): Promise<MemoryChanged> => {
  refuseUnmanageable(agent)
  const now = await fileNow(ctx, agent, path)
  if (now.hash === (content === null ? null : digestOf(content))) {
    if (content === null && !restoredFrom) throw notFound('File')
    return { change: null, file: now }
  }
  if (now.hash !== expectedHash)
    throw new AppError('stale', 'The file was changed since it was read.', { context: { hash: now.hash } })
  const order = { path, agent: agent.externalId }
  const change = settled(
    await orderChange(ctx, agent, {
      ...(content === null
        ? { kind: 'memory_delete', change: { change: 'memory.delete', ...order, expectedHash: expectedHash ?? '' } }
        : { kind: 'memory_put', change: { change: 'memory.put', ...order, content, expectedHash } }),
      touches: [path],
      before: expectedHash,
      with: (changeId) => writtenStatements(ctx, agent, { path, content, changeId, restoredFrom }),
    }),
  )
  return { change, file: change.state === 'confirmed' ? await fileNow(ctx, agent, path) : null }
}
