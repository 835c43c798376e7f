import type { OrganizationContext } from '../../../../platform/context.ts'
import { commitAll } from '../../../../platform/db.ts'
import { insertSnapshotStatement } from '../../versions/store.ts'
import { takenForElsewhere } from './store.ts'

/**
 * A restore told what it wrote. Versions of that which were seen first, and so were nobody's, get one behind them that is
 * the restore's: later drift is told against it, as behind an acceptance. Told twice there is one.
 */
export const restoreWrote = async (ctx: OrganizationContext, connectorId: string): Promise<void> => {
  const found = await takenForElsewhere(ctx, connectorId)
  const at = ctx.now().getTime()
  await commitAll(
    ctx.db,
    found.map(({ version, requestedById, requestedByName, approvalId }) =>
      insertSnapshotStatement(ctx, {
        ...version,
        id: ctx.newId('snp'),
        version: version.version + 1,
        cause: 'restore',
        // Nothing differs from what was found.
        risk: null,
        changes: null,
        authorId: requestedById,
        authorName: requestedByName,
        approvalId,
        traceId: ctx.traceId,
        at,
      }),
    ),
  )
}
