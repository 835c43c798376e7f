import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { ChangeCategory, SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { driftBetween } from '../drift/compare.ts'
import { ignoredPatterns } from '../drift/ignores.ts'
import type { SnapshotRow } from '../schema.ts'
import { insertSnapshotStatement, newestOf, trustedRow } from '../versions/store.ts'
import { aboutOf } from '../versions/subject.ts'
import { causeOf } from './cause.ts'
import { hashOf, keepContentStatements, readContent } from './contents.ts'
import { newestHold } from './store.ts'

export interface Seen {
  /** Of `gateway_config` the connector, for all of its agents. */
  agent: { id: string; connectorId: string }
  scope: SnapshotScope
  content: Tree
}

/** Versions that commit together. */
const batchSize = 20
const attempts = 3
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
        : [{ ...each, version: (known?.version ?? 0) + 1, known: known ?? null }]
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

type New = Seen & { hash: string; version: number; known: Known | null }
type Known = Pick<SnapshotRow, 'hash' | 'at' | 'cause'>

/** The row, its content and what is told of it, each behind the one before. */
const making = async (
  ctx: OrganizationContext,
  { agent, scope, content, hash, version, known }: New,
  { reference, at }: { reference: string | null; at: number },
): Promise<Statement[]> => {
  const before = known && { content: await readContent(ctx, known.hash), ...known }
  const cause = await causeOf(ctx, {
    ...{ agentId: agent.id, connectorId: agent.connectorId, scope },
    ...{ content, hash, at, reference, before },
  })
  const isNews = before !== null && cause.cause !== 'first_seen'
  const row: SnapshotRow = {
    id: ctx.newId('snp'),
    organizationId: ctx.organizationId,
    agentId: agent.id,
    connectorId: agent.connectorId,
    scope,
    version,
    hash,
    ...summaryOf(isNews ? semanticDiff(before.content, content, scope) : null),
    at,
    ...cause,
  }
  return [
    ...(await keepContentStatements(ctx, scope, hash, content)),
    insertSnapshotStatement(ctx, row),
    ...(await telling(ctx, row, content)),
  ]
}

/** What a list of versions tells of each without reading any. */
const summaryOf = (diff: SemanticDiff | null): Pick<SnapshotRow, 'risk' | 'changes'> => {
  if (diff === null) return { risk: null, changes: null }
  const counts = new Map<ChangeCategory, number>()
  for (const { category } of diff.changes) counts.set(category, (counts.get(category) ?? 0) + 1)
  return { risk: diff.risk, changes: [...counts].map(([category, count]) => ({ category, count })) }
}

const telling = async (ctx: OrganizationContext, row: SnapshotRow, content: Tree): Promise<Statement[]> => {
  const { agentId, scope, version, cause, restores, approvalId } = row
  const facts = aboutOf(row)
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
  const before = await readContent(ctx, trusted.hash)
  const { changes, risk } = driftBetween(
    { scope, before, after: content },
    { isHeld: (await newestHold(ctx, agentId))?.recoverAt === null, cause },
    await ignoredPatterns(ctx),
  )
  if (risk === null) return []
  const paths = changes.slice(0, foundPathsMax).map(({ path }) => path.slice(0, 300))
  return [
    auditStatement(ctx, 'config.drifted', { scope, version, trusted: trusted.version, paths }, { ...facts, risk }),
  ]
}

const keyOf = (agentId: string, scope: SnapshotScope): string => `${agentId} ${scope}`
