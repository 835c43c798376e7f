import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { type AwayCause, askGateway, awayCauseOf, type DescribedAgent, getAgent, notLive } from '../agents/index.ts'
import { memoryFilesMax } from '../connectors/link/memory/contract.ts'
import type { MemoryFile, MemoryFiles } from './contract.ts'
import { contentOf, keepSeen } from './keep.ts'
import { newestVersionRows, versionRows } from './store.ts'

/**
 * The files of an agent's memory; of a gateway that is away and was never asked those that have versions here. Throws as
 * `askGateway` does where none has.
 */
export const memoryFiles = async (ctx: OrganizationContext, id: string): Promise<MemoryFiles> => {
  const agent = await getAgent(ctx, id)
  try {
    const { answer, freshness } = await askGateway(ctx, agent, { question: 'memory.files', agent: agent.externalId })
    const { question: _, ...said } = answer
    return { ...said, freshness }
  } catch (error) {
    const because = awayCauseOf(error)
    const known = because && (await filesKnown(ctx, id, because))
    if (!known) throw error
    return known
  }
}

/** A look reads some files at a time, so that there may be others. */
const filesKnown = async (
  ctx: OrganizationContext,
  agentId: string,
  because: AwayCause,
): Promise<MemoryFiles | undefined> => {
  const rows = await newestVersionRows(ctx, agentId)
  if (rows.length === 0) return undefined
  const at = Math.max(...rows.map(({ seenAt }) => seenAt))
  const there = rows.filter(({ hash }) => hash !== null).slice(0, memoryFilesMax)
  const files = there.map(({ path, sizeBytes }) => ({ path, sizeBytes, updatedAt: null }))
  return { files, isComplete: false, reach: null, freshness: notLive(ctx, 'snapshot', at, because) }
}

/**
 * One file, a missing one without hash and content. Where the gateway is away it is the newest version that is kept;
 * throws `unavailable` when there is none.
 */
export const memoryFile = async (ctx: OrganizationContext, id: string, path: string): Promise<MemoryFile> => {
  const agent = await getAgent(ctx, id)
  try {
    return await fileNow(ctx, agent, path)
  } catch (error) {
    const because = awayCauseOf(error)
    if (!because) throw error
    const known = await lastKnown(ctx, id, path, because)
    if (!known)
      throw new AppError('unavailable', 'The gateway is away, and it was not asked for this file before.', {
        context: { because },
      })
    return known
  }
}

/** As the gateway has it at this moment; what it says is kept. */
export const fileNow = async (ctx: OrganizationContext, agent: DescribedAgent, path: string): Promise<MemoryFile> => {
  const question = { question: 'memory.file', agent: agent.externalId, path } as const
  const { answer, freshness } = await askGateway(ctx, agent, question, { liveOnly: true })
  await keepSeen(ctx, agent, answer.file)
  return { ...answer.file, freshness }
}

const lastKnown = async (
  ctx: OrganizationContext,
  agentId: string,
  path: string,
  because: AwayCause,
): Promise<MemoryFile | undefined> => {
  const [row] = await versionRows(ctx, agentId, { path, limit: 1 })
  if (!row) return undefined
  const isMissing = row.hash === null
  return {
    path,
    isMissing,
    hash: row.hash,
    content: await contentOf(ctx, row),
    redactions: row.redactions,
    sizeBytes: isMissing ? null : row.sizeBytes,
    updatedAt: null,
    freshness: notLive(ctx, 'snapshot', row.seenAt, because),
  }
}
