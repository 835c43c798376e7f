import { actingFor, type RequestContext } from '../../platform/context.ts'
import { drainSoon } from '../audit/index.ts'
import { expire, undeliverable } from './reconcile.ts'
import { overdueRows } from './store.ts'

/**
 * Closes what is past its time, in all organizations: pending approvals expire, decisions that never reached their
 * gateway are undeliverable. Safe to run twice and at the same time as a decision: each row moves once.
 */
export const expireDueApprovals = async (ctx: RequestContext): Promise<void> => {
  const organizations = new Set<string>()
  for (const approval of await overdueRows(ctx.db, ctx.now().getTime(), 500)) {
    const acting = actingFor(ctx, approval.organizationId, { kind: 'system', id: 'clock' })
    if (approval.state === 'pending') await expire(acting, approval, 'deadline_passed')
    else await undeliverable(acting, approval, 'deadline_passed')
    organizations.add(approval.organizationId)
  }
  for (const organizationId of organizations) await drainSoon(ctx, organizationId)
}
