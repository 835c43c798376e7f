import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll, type Statement } from '../../platform/db.ts'
import { sealNow, unsealNow } from '../../platform/seal.ts'
import { digestOf } from '../../platform/secrets.ts'
import type { DescribedAgent } from '../agents/index.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { MemoryFile } from '../connectors/link/memory/contract.ts'
import type { VersionRow } from './schema.ts'
import {
  insertChangedVersionStatement,
  insertContentStatement,
  insertFirstVersionStatement,
  insertVersionStatement,
  pruneStatements,
  sealedContent,
  seenStatement,
  versionRows,
} from './store.ts'

/**
 * Keeps what the gateway just said of a file, where it is not what it said before. The first sight of a file is no change;
 * each later one that nobody made from here is, and is an event. Said at once by two, it is kept and told once.
 */
export const keepSeen = async (ctx: OrganizationContext, agent: DescribedAgent, file: MemoryFile): Promise<void> => {
  const { path, hash } = file
  const at = ctx.now().getTime()
  const [newest] = await versionRows(ctx, agent.id, { path, limit: 1 })
  if (newest && newest.hash === hash) {
    await seenStatement(ctx, agent.id, newest.id, at)
    return
  }
  if (!newest && hash === null) return
  const row = versionOf(ctx, agent, { ...file, source: 'seen', at })
  await commitAll(ctx.db, [
    ...contentStatements(ctx, agent, row, file.content),
    insertFirstVersionStatement(ctx, row),
    insertChangedVersionStatement(ctx, { ...row, id: ctx.newId('mvr') }),
    auditStatement(
      ctx,
      'memory.changed',
      { path, before: newest?.hash ?? null, after: hash, changeId: null },
      { target: agent.id, agentId: agent.id, connectorId: agent.connectorId, actor: atGateway(agent) },
    ),
    ...pruneStatements(ctx, agent.id),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** Nobody here did it: the gateway's agent, or somebody at its machine. */
const atGateway = ({ connectorId }: DescribedAgent) => ({ kind: 'connector' as const, id: connectorId })

interface Written {
  path: string
  /** Null where the file is removed. */
  content: string | null
  changeId: string
  restoredFrom: string | null
}

/** For the batch that orders a write: the version that counts once the change is confirmed. */
export const writtenStatements = (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { path, content, changeId, restoredFrom }: Written,
): Statement[] => {
  const text = content ?? ''
  const row = versionOf(ctx, agent, {
    path,
    hash: content === null ? null : digestOf(text),
    content: text,
    redactions: 0,
    source: 'written',
    at: ctx.now().getTime(),
  })
  const author = { authorId: ctx.actor.id, authorName: ctx.actorName }
  return [
    ...contentStatements(ctx, agent, row, text),
    insertVersionStatement(ctx, { ...row, ...author, changeId, restoredFrom }),
  ]
}

/** What is kept of a version; empty for a file that was gone. */
export const contentOf = async (ctx: OrganizationContext, { agentId, digest }: VersionRow): Promise<string> => {
  if (digest === null) return ''
  const sealed = await sealedContent(ctx, agentId, digest)
  if (sealed === undefined) throw new Error(`memory: the content ${digest} of a version is not there`)
  return unsealNow(ctx.config, purposeOf(agentId, digest), sealed)
}

const versionOf = (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  file: Pick<MemoryFile, 'path' | 'hash' | 'content' | 'redactions'> & { source: VersionRow['source']; at: number },
): VersionRow => ({
  id: ctx.newId('mvr'),
  organizationId: ctx.organizationId,
  agentId: agent.id,
  connectorId: agent.connectorId,
  path: file.path,
  hash: file.hash,
  digest: file.hash === null ? null : digestOf(file.content),
  sizeBytes: new TextEncoder().encode(file.content).length,
  redactions: file.redactions,
  source: file.source,
  authorId: null,
  authorName: null,
  changeId: null,
  restoredFrom: null,
  at: file.at,
  seenAt: file.at,
})

const contentStatements = (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { digest }: VersionRow,
  content: string,
): Statement[] => {
  if (digest === null) return []
  const sealed = sealNow(ctx.config, purposeOf(agent.id, digest), content)
  const { organizationId } = ctx
  return [
    insertContentStatement(ctx, { agentId: agent.id, digest, organizationId, connectorId: agent.connectorId, sealed }),
  ]
}

const purposeOf = (agentId: string, digest: string): string => `memory:${agentId}:${digest}`
