import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { logFault } from '../../platform/log.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { removeContent } from './content.ts'
import { forgetArtifactStatements, getArtifact, moveArtifactStatement } from './store.ts'

/**
 * Deletes an artifact for good. Once its row says `deleting` nobody finds it any more, and that is the commit point; its
 * bytes go behind that, now or with the minute's sweep.
 */
export const removeArtifact = async (
  ctx: OrganizationContext,
  id: string,
  by: 'request' | 'retention' = 'request',
): Promise<void> => {
  const { connectorId, sha256, hasSecrets } = await getArtifact(ctx, id)
  const [moved] = await ctx.db.batch([
    moveArtifactStatement(ctx, id, ['stored', 'uploading', 'failed', 'lost'], { state: 'deleting' }),
    auditStatement(
      ctx,
      'artifact.deleted',
      { artifactId: id, by, sha256 },
      { target: id, connectorId, risk: hasSecrets ? 'medium' : 'low' },
    ),
  ])
  if (moved.meta.changes === 0)
    throw new AppError('conflict', 'It is being made, or somebody else deleted it.', { context: { id } })
  ctx.waitUntil(clearAway(ctx, id).catch((error: unknown) => logFault('artifacts.clear-failed', error, { id })))
  await drainSoon(ctx, ctx.organizationId)
}

/** First the bytes, then what is known of them: cut off in between it is done again. */
export const clearAway = async (ctx: OrganizationContext, id: string): Promise<void> => {
  await removeContent(ctx, { organizationId: ctx.organizationId, id })
  await ctx.db.batch(forgetArtifactStatements(ctx, id))
}
