import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { CronChange } from '../contract.ts'
import { handOver } from './hand-over.ts'
import { getChange, moveStatement } from './store.ts'
import { showChange } from './view.ts'

/**
 * Takes a change back that waits or is in conflict; twice is once. Throws `conflict` for one that is with the connector,
 * which may be making it right now, or that has ended otherwise.
 */
export const cancelCronChange = async (ctx: OrganizationContext, id: string): Promise<CronChange> => {
  const { kind, jobId, jobName: name, agentId, connectorId } = await getChange(ctx, id)
  const end = { state: 'cancelled' as const, endedAt: ctx.now().getTime() }
  await ctx.db.batch([
    moveStatement(ctx, id, ['waiting', 'conflict'], end),
    auditStatement(
      ctx,
      'cron.change-cancelled',
      { changeId: id, kind, jobId, name },
      { target: jobId ?? id, agentId, connectorId },
    ),
  ])
  const after = await showChange(ctx, id)
  if (after.state !== 'cancelled')
    throw new AppError('conflict', `The change is ${after.state}; it can not be taken back.`, {
      context: { because: after.state },
    })
  // What waited behind it may go now.
  await handOver(ctx, connectorId)
  await drainSoon(ctx, ctx.organizationId)
  return after
}
