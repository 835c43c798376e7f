import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { hasContent, putContent, removeContent } from '../content.ts'
import type { Artifact } from '../contract.ts'
import { sweepDueStatement } from '../schedules/store.ts'
import type { ArtifactRow } from '../schema.ts'
import { findArtifact, getArtifact, moveArtifactStatement } from '../store.ts'
import { viewArtifact } from '../view.ts'

/**
 * Takes the bytes of an announced package. The row that says `stored` is the commit point: a crash between the bucket and
 * it leaves bytes that are found by the same upload sent again, or removed when the upload is given up. Sent again when it
 * is stored, nothing is read. Throws `invalid` when they are not the announced ones, and then nothing is there.
 */
export const receiveContent = async (
  ctx: OrganizationContext,
  row: ArtifactRow,
  length: number | null,
  bytes: ReadableStream<Uint8Array> | null,
): Promise<Artifact> => {
  const { id, size, sha256 } = row
  if (row.state === 'stored') return viewArtifact(row)
  if (row.state !== 'uploading' || size === null || sha256 === null)
    throw new AppError('conflict', 'Nothing is awaited for this artifact.', { context: { state: row.state } })
  if (length !== size)
    throw new AppError('invalid', `The file was announced with ${size} bytes.`, {
      errors: [{ path: 'Content-Length', message: `is not ${size}` }],
    })
  const there = await hasContent(ctx, row)
  if (!there && !(bytes && (await putContent(ctx, row, { size, sha256 }, bytes))))
    throw new AppError('invalid', 'These are not the announced bytes.', {
      errors: [{ path: 'body', message: 'other bytes than the announced SHA-256' }],
    })
  const [moved] = await ctx.db.batch([
    moveArtifactStatement(ctx, id, ['uploading'], { state: 'stored', storedAt: ctx.now().getTime() }),
    auditStatement(
      ctx,
      'artifact.stored',
      {
        artifactId: id,
        cause: row.cause,
        intent: row.intent ?? '',
        hasSecrets: row.hasSecrets ?? false,
        size,
        sha256,
        agents: row.agents ?? 0,
      },
      { target: id, connectorId: row.connectorId, risk: row.hasSecrets ? 'medium' : 'low' },
    ),
    sweepDueStatement(ctx, row.scheduleId),
  ])
  if (moved.meta.changes === 0 && (await findArtifact(ctx, id))?.state !== 'stored') {
    // Given up or deleted meanwhile, and its bytes may have come behind the sweep.
    await removeContent(ctx, row)
    throw new AppError('conflict', 'The upload was given up meanwhile.')
  }
  await drainSoon(ctx, ctx.organizationId)
  return viewArtifact(await getArtifact(ctx, id))
}
