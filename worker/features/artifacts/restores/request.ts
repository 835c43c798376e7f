import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { ArtifactRestoreRow } from '../schema.ts'
import { connectorRow, getArtifact, storedPackage } from '../store.ts'
import { approvalOfRestore } from './approve.ts'
import type { RequestRestore, Restore } from './contract.ts'
import { getRestore, insertRestoreStatement, moveRestoreStatement, restoreUnderWay, waitingRestore } from './store.ts'
import { viewRestore } from './view.ts'

const beginWithinMs = 3_600_000
/** Longer than its approval waits. */
const decideWithinMs = 25 * 3_600_000

/**
 * Announces what is about to be put back at a gateway, as the machine that will do it has planned it. What is critical
 * waits for an approval of exactly this plan: the same said again, once that is decided, is `approved`. Said again while
 * it is under way it is that one. Throws `conflict` while another is under way at the connector, or when it was refused.
 */
export const requestRestore = async (
  ctx: OrganizationContext,
  connectorId: string,
  announced: RequestRestore,
): Promise<Restore> => {
  const connector = await connectorRow(ctx, connectorId)
  const wanted = { ...announced, artifactId: await artifactOf(ctx, announced) }
  const busy = await restoreUnderWay(ctx, connectorId)
  if (busy) return repeated(ctx, busy, wanted.planDigest)
  const waiting = await waitingRestore(ctx, connectorId, wanted.planDigest)
  if (waiting && waiting.requestedById !== ctx.actor.id) throw underWay(waiting)
  const now = ctx.now().getTime()
  const approval = wanted.risk === 'critical' ? await allowed(ctx, connector, wanted, waiting) : null
  const isApproved = approval?.approved !== false
  const state = isApproved ? ('approved' as const) : ('waiting' as const)
  const approvalId = approval?.approvalId ?? null
  const change = { state, approvalId, deadline: now + (isApproved ? beginWithinMs : decideWithinMs) }
  if (waiting) {
    const moved = await moveRestoreStatement(ctx, waiting.id, ['waiting'], change)
    if (moved.meta.changes === 0) return lost(ctx, connectorId, wanted.planDigest)
    return viewRestore(await getRestore(ctx, waiting.id))
  }
  const id = ctx.newId('rst')
  const [inserted] = await ctx.db.batch([
    insertRestoreStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      connectorId,
      connectorName: connector.name,
      requestedById: ctx.actor.id,
      requestedByName: ctx.actorName,
      requestedAt: now,
      ...wanted,
      ...change,
    }),
    auditStatement(
      ctx,
      'restore.requested',
      {
        restoreId: id,
        artifactId: wanted.artifactId,
        packageId: wanted.packageId,
        mode: wanted.mode,
        sections: wanted.sections,
        agents: wanted.agents,
        changes: wanted.changes,
        planDigest: wanted.planDigest,
        approvalId,
      },
      { target: id, connectorId, risk: wanted.risk },
    ),
  ])
  if (inserted.meta.changes === 0) return lost(ctx, connectorId, wanted.planDigest)
  await drainSoon(ctx, ctx.organizationId)
  return viewRestore(await getRestore(ctx, id))
}

/**
 * The stored artifact of the package, of whichever connector: a clone is of another one. Throws `invalid` when the named
 * one is another package; null where it was never stored here.
 */
const artifactOf = async (ctx: OrganizationContext, { artifactId, packageId }: RequestRestore) => {
  if (artifactId === null) return (await storedPackage(ctx, packageId))?.id ?? null
  const artifact = await getArtifact(ctx, artifactId)
  if (artifact.packageId === packageId) return artifactId
  throw new AppError('invalid', 'The artifact is another package.', {
    errors: [{ path: 'packageId', message: 'is not the package of the artifact' }],
  })
}

/** A refusal ends what waited for it. */
const allowed = async (
  ctx: OrganizationContext,
  connector: { id: string; name: string },
  wanted: RequestRestore,
  waiting: ArtifactRestoreRow | undefined,
) => {
  try {
    return await approvalOfRestore(ctx, connector, wanted)
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict' && waiting)
      await moveRestoreStatement(ctx, waiting.id, ['waiting'], {
        state: 'refused',
        endedAt: ctx.now().getTime(),
        deadline: null,
      })
    throw error
  }
}

/** Somebody was faster: the same person with the same plan gets that one, everybody else a refusal. */
const lost = async (ctx: OrganizationContext, connectorId: string, planDigest: string): Promise<Restore> => {
  const other = (await restoreUnderWay(ctx, connectorId)) ?? (await waitingRestore(ctx, connectorId, planDigest))
  if (!other) throw new AppError('conflict', 'Another restore ended just now. Announce it again.')
  return repeated(ctx, other, planDigest)
}

const repeated = (ctx: OrganizationContext, other: ArtifactRestoreRow, planDigest: string): Restore => {
  if (other.planDigest === planDigest && other.requestedById === ctx.actor.id) return viewRestore(other)
  throw underWay(other)
}

const underWay = ({ id, state, requestedByName }: ArtifactRestoreRow) =>
  new AppError('conflict', 'Another restore is under way at this connector.', {
    context: { restoreId: id, state, by: requestedByName },
  })
