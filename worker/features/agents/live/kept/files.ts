import type { OrganizationContext } from '../../../../platform/context.ts'
import { digestOf } from '../../../../platform/secrets.ts'
import { KnownFile } from '../../../snapshots/diff/contract.ts'
import { newestContent } from '../../../snapshots/versions/index.ts'
import type { Kept } from './kept.ts'

/** Names and sizes of the newest version's files, with those whose text is not kept. */
export const keptFiles = async (ctx: OrganizationContext, agentId: string): Promise<Kept | null> => {
  const kept = await newestContent(ctx, agentId, 'workspace_bundle')
  if (!kept) return null
  const files = Object.entries(kept.content).map(([name, value]) => {
    const sizeBytes = typeof value === 'string' ? Buffer.byteLength(value) : KnownFile.parse(value).sizeBytes
    return { name, isMissing: false, sizeBytes, updatedAt: null }
  })
  return { answer: { question: 'files.list', files, isComplete: true }, at: kept.at, source: 'snapshot' }
}

/** Null also where the version has not the text of this file. */
export const keptFile = async (ctx: OrganizationContext, agentId: string, name: string): Promise<Kept | null> => {
  const kept = await newestContent(ctx, agentId, 'workspace_bundle')
  const content = kept && Object.hasOwn(kept.content, name) ? kept.content[name] : undefined
  if (!kept || typeof content !== 'string') return null
  const facts = { name, isMissing: false, sizeBytes: Buffer.byteLength(content), updatedAt: null }
  const file = { ...facts, hash: digestOf(content), content, redactions: 0 }
  return { answer: { question: 'files.get', file }, at: kept.at, source: 'snapshot' }
}
