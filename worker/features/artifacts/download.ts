import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon, recordStatement } from '../audit/index.ts'
import { getContent } from './content.ts'
import type { ArtifactRow } from './schema.ts'
import { moveArtifactStatement } from './store.ts'

/**
 * The package as it was stored; that somebody took it is an event. Throws `conflict` when there is nothing to take, and
 * says so once (`artifact.lost`) when the bucket has lost it.
 */
export const downloadArtifact = async (
  ctx: OrganizationContext,
  row: ArtifactRow,
): Promise<{ body: ReadableStream; size: number; sha256: string }> => {
  const { id, connectorId, size, sha256 } = row
  if (row.state !== 'stored' || size === null || sha256 === null)
    throw new AppError('conflict', 'There is no file of this artifact.', { context: { state: row.state } })
  const content = await getContent(ctx, row)
  if (!content) {
    await ctx.db.batch([
      moveArtifactStatement(ctx, id, ['stored'], { state: 'lost', failure: 'lost' }),
      auditStatement(ctx, 'artifact.lost', { artifactId: id, sha256 }, { target: id, connectorId, risk: 'high' }),
    ])
    await drainSoon(ctx, ctx.organizationId)
    throw new AppError('conflict', 'The bucket has this artifact no more.', { context: { state: 'lost' } })
  }
  await ctx.db.batch([
    recordStatement(
      ctx,
      'artifact.downloaded',
      { artifactId: id, sha256 },
      { target: id, connectorId, risk: 'medium' },
    ),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { body: content.body, size, sha256 }
}
