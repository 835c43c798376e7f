import { restoreTilesMax } from '../../../../durable-objects/audit-log/archive/rpc.ts'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditInputNow } from '../record.ts'
import type { Restore, StartRestore } from './contract.ts'
import { restoreView } from './views.ts'

const eventsInTile = 256

/**
 * Begins to bring archived events back into search, those that happened between two times, each held against the tree
 * before it is accepted. Throws `not_found` when no archived event happened then, `invalid` when there are too many.
 */
export const startRestore = async (
  ctx: OrganizationContext,
  { from, to, days, reason }: StartRestore,
): Promise<Restore> => {
  const id = ctx.newId('rst')
  const told = { restoreId: id, from, to, days, events: 0, reason }
  const event = await auditInputNow(ctx, 'audit.restore-begun', told, { target: id, risk: 'medium' })
  const wanted = { id, from: Date.parse(from), to: Date.parse(to), days, reason, askedByName: ctx.actorName }
  const begun = await auditLog(ctx.env, ctx.organizationId).restore(wanted, event)
  if ('id' in begun) return restoreView(begun)
  if (begun.tiles === 0) throw new AppError('not_found', 'No archived event happened in this time.')
  throw new AppError('invalid', 'The range holds too much: restore it in parts.', {
    errors: [
      {
        path: 'to',
        message: `${begun.tiles * eventsInTile} events; at most ${restoreTilesMax * eventsInTile} at once`,
      },
    ],
  })
}
