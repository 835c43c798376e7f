import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { ignoredPatterns } from '../drift/ignores.ts'
import { withoutIgnored } from '../drift/rules.ts'
import type { SnapshotRow } from '../schema.ts'
import { changeThatMade, insertSnapshotStatement, newestOf, trustedRow } from '../store.ts'
import { hashOf, keepContentStatement, readContent } from './contents.ts'

export interface Seen {
  agent: { id: string; connectorId: string }
  scope: SnapshotScope
  content: Tree
}

/** Versions that commit together. */
const batchSize = 20
const attempts = 3
/** What a rollback writes down with its change, so that the version it makes can be told from any other. */
export const RollbackNote = z.strictObject({ rollbackTo: z.number().int(), approvalId: z.string().nullable() })
const foundPathsMax = 50

/**
 * Makes a version of everything that differs from the newest one. Twice is once, and so are two at the same moment: the
 * insertion of a row with its number is the commit point, with its content and what is told of it in the same batch, and
 * who loses looks again. What is older than the newest version is left alone: it was overtaken on its way. `reference` is
 * the gateway's name of its whole configuration; `at` when it said so.
 */
export const takeSnapshots = async (
  ctx: OrganizationContext,
  seen: readonly Seen[],
  { reference, at }: { reference: string | null; at: number },
): Promise<void> => {
  const hashed = seen.map((each) => ({ ...each, hash: hashOf(each.content) }))
  const ids = [...new Set(seen.map(({ agent }) => agent.id))]
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const newest = new Map((await newestOf(ctx, ids)).map((row) => [keyOf(row.agentId, row.scope), row]))
    const news = hashed.flatMap((each) => {
      const known = newest.get(keyOf(each.agent.id, each.scope))
      return known && (known.hash === each.hash || known.at > at)
        ? []
        : [{ ...each, version: (known?.version ?? 0) + 1 }]
    })
    if (news.length === 0) return
    for (let from = 0; from < news.length; from += batchSize) {
      const of = news.slice(from, from + batchSize)
      const statements = await Promise.all(of.map((each) => making(ctx, each, { reference, at })))
      await commitAll(ctx.db, statements.flat())
    }
    await drainSoon(ctx, ctx.organizationId)
  }
}

type New = Seen & { hash: string; version: number }

/** The row, its content and what is told of it, each behind the one before. */
const making = async (
  ctx: OrganizationContext,
  { agent, scope, content, hash, version }: New,
  { reference, at }: { reference: string | null; at: number },
): Promise<Statement[]> => {
  const row: SnapshotRow = {
    id: ctx.newId('snp'),
    organizationId: ctx.organizationId,
    agentId: agent.id,
    connectorId: agent.connectorId,
    scope,
    version,
    hash,
    at,
    ...(await causeOf(ctx, agent.id, scope, { hash, version, reference })),
  }
  return [
    keepContentStatement(ctx, hash, content),
    insertSnapshotStatement(ctx, row),
    ...(await telling(ctx, row, content)),
  ]
}

type Cause = Pick<SnapshotRow, 'cause' | 'authorId' | 'authorName' | 'changeId' | 'approvalId' | 'traceId' | 'restores'>

const causeOf = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  { hash, version, reference }: { hash: string; version: number; reference: string | null },
): Promise<Cause> => {
  const nobody = { authorId: null, authorName: null, changeId: null, approvalId: null, traceId: null, restores: null }
  if (version === 1) return { cause: 'first_seen', ...nobody }
  const change = scope === 'agent_config' ? await changeThatMade(ctx, agentId, { hash, reference }) : undefined
  if (!change) return { cause: 'elsewhere', ...nobody }
  const note = RollbackNote.safeParse(noteIn(change.reason))
  return {
    cause: note.success ? 'rollback' : 'change',
    authorId: change.orderedById,
    authorName: change.orderedByName,
    changeId: change.id,
    approvalId: note.data?.approvalId ?? null,
    traceId: ctx.traceId,
    restores: note.data?.rollbackTo ?? null,
  }
}

const noteIn = (reason: string | null): unknown => {
  try {
    return JSON.parse(reason ?? 'null')
  } catch {
    return null
  }
}

const telling = async (ctx: OrganizationContext, row: SnapshotRow, content: Tree): Promise<Statement[]> => {
  const { agentId, connectorId, scope, version, cause, restores, approvalId } = row
  const facts = { target: agentId, agentId, connectorId }
  if (cause === 'rollback')
    return [
      auditStatement(
        ctx,
        'config.rolled-back',
        { scope, version, restores: restores ?? 0, approvalId },
        { ...facts, risk: 'high' },
      ),
    ]
  if (cause !== 'elsewhere') return []
  const trusted = await trustedRow(ctx, agentId, scope)
  if (!trusted || trusted.hash === row.hash) return []
  const { changes, risk } = withoutIgnored(
    semanticDiff(await readContent(ctx, trusted.hash), content, scope),
    await ignoredPatterns(ctx),
  )
  if (risk === null) return []
  const paths = changes.slice(0, foundPathsMax).map(({ path }) => path.slice(0, 300))
  return [
    auditStatement(ctx, 'config.drifted', { scope, version, trusted: trusted.version, paths }, { ...facts, risk }),
  ]
}

const keyOf = (agentId: string, scope: SnapshotScope): string => `${agentId} ${scope}`
