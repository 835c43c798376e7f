import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { iso } from '../../../platform/time.ts'
import { getAgent } from '../../agents/index.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { AcceptDrift, AgentDrift, Drift, Snapshot } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { lookAtConfiguration } from '../taking/look.ts'
import { lookAtSurroundings } from '../taking/surroundings.ts'
import { newestVersion } from '../versions/get.ts'
import { readable } from '../versions/readable.ts'
import { insertSnapshotStatement, nextRow, trustedRow, versionRows } from '../versions/store.ts'
import { aboutOf, subjectOf } from '../versions/subject.ts'
import { viewSnapshot } from '../versions/view.ts'
import { driftBetween } from './compare.ts'
import { ignoredPatterns } from './ignores.ts'
import { isTrusted, watched } from './rules.ts'

/** Asks the gateway and says field by field where it is not what was last made or accepted here. Throws as `lookAt`. */
export const checkDrift = async (ctx: OrganizationContext, agentId: string): Promise<AgentDrift> => {
  const agent = await getAgent(ctx, agentId)
  await lookAtConfiguration(ctx, agent)
  try {
    await lookAtSurroundings(ctx, agent)
  } catch (error) {
    // What the gateway does not tell of these is as it said last; its configuration is of now.
    if (!(error instanceof AppError)) throw error
  }
  return showDrift(ctx, agentId)
}

/** The same by what the gateway said last, without asking it. */
export const showDrift = async (ctx: OrganizationContext, agentId: string): Promise<AgentDrift> => {
  const agent = await getAgent(ctx, agentId)
  const patterns = await ignoredPatterns(ctx)
  const scopes = await Promise.all(watched.map((scope) => driftOf(ctx, agent, scope, patterns)))
  return { checkedAt: iso(ctx.now().getTime()), scopes }
}

const driftOf = async (
  ctx: OrganizationContext,
  agent: { id: string; connectorId: string; stopOrderId: string | null },
  scope: SnapshotScope,
  patterns: readonly string[],
): Promise<Drift> => {
  const subject = subjectOf(agent, scope)
  const [trusted, [newest]] = await Promise.all([
    trustedRow(ctx, subject, scope),
    versionRows(ctx, subject, scope, 1, undefined),
  ])
  const none = { scope, drifted: false, since: null, changes: [], risk: null }
  if (!trusted || !newest) return { ...none, trusted: null, newest: null }
  const both = { trusted: viewSnapshot(trusted), newest: viewSnapshot(newest) }
  if (trusted.hash === newest.hash) return { ...none, ...both }
  const [before, after] = await Promise.all([readContent(ctx, trusted.hash), readContent(ctx, newest.hash)])
  const { changes, risk } = driftBetween(
    { scope, before, after },
    { isHeld: agent.stopOrderId !== null, cause: newest.cause },
    patterns,
  )
  if (risk === null) return { ...none, ...both }
  const first = await nextRow(ctx, subject, scope, trusted.version)
  return {
    scope,
    drifted: true,
    ...both,
    since: first ? iso(first.at) : null,
    changes: readable(ctx, scope, changes),
    risk,
  }
}

/**
 * What was changed at the gateway is right: it becomes a version of its own that later drift is told against. Accepted
 * twice is once. Throws `stale` when the gateway has said something newer than what was looked at.
 */
export const acceptDrift = async (
  ctx: OrganizationContext,
  agentId: string,
  { scope, version }: AcceptDrift,
): Promise<Snapshot> => {
  const agent = await getAgent(ctx, agentId)
  const newest = await newestVersion(ctx, subjectOf(agent, scope), scope)
  if (newest.cause === 'stopped')
    throw new AppError('conflict', 'An order of the kill switch holds this agent: what it set is not taken for right.')
  if (isTrusted(newest.cause) && newest.version >= version) return viewSnapshot(newest)
  const stale = () => new AppError('stale', 'The gateway has said something newer. Look at that first.')
  if (newest.version !== version) throw stale()
  const row = {
    ...newest,
    id: ctx.newId('snp'),
    version: version + 1,
    cause: 'accepted' as const,
    // Nothing differs from what was found.
    risk: null,
    changes: null,
    authorId: ctx.actor.id,
    authorName: ctx.actorName,
    traceId: ctx.traceId,
    at: ctx.now().getTime(),
  }
  const [made] = await ctx.db.batch([
    insertSnapshotStatement(ctx, row),
    auditStatement(
      ctx,
      'config.drift-accepted',
      { scope, version: row.version, accepts: version },
      { ...aboutOf(newest), risk: 'medium' },
    ),
  ])
  if (made.meta.changes === 0) throw stale()
  await drainSoon(ctx, ctx.organizationId)
  return viewSnapshot(row)
}
