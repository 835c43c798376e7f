import type { OrganizationContext } from '../../../platform/context.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { iso } from '../../../platform/time.ts'
import { KnownFile } from '../../snapshots/diff/contract.ts'
import { newestContent } from '../../snapshots/versions/index.ts'
import { awayCauseOf } from '../live/ask.ts'
import type { Freshness } from '../live/contract.ts'
import type { AgentFile } from './contract.ts'

/**
 * The files of the newest version, for when the gateway is away and has not been asked for what is asked now. Throws what
 * it was given where that is not why, or where no version was ever made.
 */
const keptFiles = async (ctx: OrganizationContext, agentId: string, error: unknown) => {
  const because = awayCauseOf(error)
  const kept = because && (await newestContent(ctx, agentId, 'workspace_bundle'))
  if (!because || !kept) throw error
  const ageMs = Math.max(0, ctx.now().getTime() - kept.at)
  const freshness: Freshness = { source: 'last_known', at: iso(kept.at), ageMs, because }
  return { content: kept.content, freshness }
}

/** Throws as `keptFiles` does, and where the version has not the text of this file. */
export const keptFile = async (
  ctx: OrganizationContext,
  agentId: string,
  name: string,
  error: unknown,
): Promise<AgentFile> => {
  const { content, freshness } = await keptFiles(ctx, agentId, error)
  const text = Object.hasOwn(content, name) ? content[name] : undefined
  if (typeof text !== 'string') throw error
  const facts = { name, isMissing: false, sizeBytes: Buffer.byteLength(text), updatedAt: null }
  return { ...facts, hash: digestOf(text), content: text, redactions: 0, freshness }
}

/** Names and sizes, with those whose text is not kept. Throws as `keptFiles` does. */
export const keptFileList = async (ctx: OrganizationContext, agentId: string, error: unknown) => {
  const { content, freshness } = await keptFiles(ctx, agentId, error)
  const files = Object.entries(content).map(([name, value]) => {
    const sizeBytes = typeof value === 'string' ? Buffer.byteLength(value) : KnownFile.parse(value).sizeBytes
    return { name, isMissing: false, sizeBytes, updatedAt: null }
  })
  return { files, isComplete: true, freshness }
}
