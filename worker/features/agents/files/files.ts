import type { OrganizationContext } from '../../../platform/context.ts'
import { fileBytesMax } from '../../connectors/link/questions/contract.ts'
import { orderChange, refuseUnmanageable, settled } from '../changes/order.ts'
import { readOfAgent } from '../live/read.ts'
import { getAgent } from '../store.ts'
import type { AgentFile, FileChanged, PutFile } from './contract.ts'
import { refuseUnwritable } from './writable.ts'

/** One of an agent's files. A missing one has neither hash nor content. Throws as `readOfAgent` does. */
export const agentFile = async (ctx: OrganizationContext, id: string, name: string): Promise<AgentFile> => {
  const { file, freshness } = await readOfAgent(ctx, id, (agent) => ({ question: 'files.get', agent, name }))
  return { ...file, freshness }
}

/**
 * Replaces a file and reads it back. Throws `stale` when it is not any more what `expectedHash` says, `too_large`, and
 * `invalid` for a name that the gateway does not keep or a content that stands for something else (`refuseUnwritable`).
 */
export const putAgentFile = async (
  ctx: OrganizationContext,
  id: string,
  name: string,
  { content, expectedHash }: PutFile,
): Promise<FileChanged> => {
  const agent = await getAgent(ctx, id)
  refuseUnmanageable(agent)
  refuseUnwritable(content, fileBytesMax)
  const change = settled(
    await orderChange(ctx, agent, {
      kind: 'file',
      change: { change: 'file.put', agent: agent.externalId, name, content, expectedHash },
      touches: [name],
      before: expectedHash,
    }),
  )
  return { change, file: change.state === 'confirmed' ? await agentFile(ctx, id, name) : null }
}
