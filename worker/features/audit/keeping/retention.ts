import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { drainAudit } from '../drain.ts'
import { auditInputNow } from '../record.ts'
import type { Keeping, PutRetention, Retention } from './contract.ts'
import { keepingView, retentionView } from './views.ts'

/** How the organization's events are kept: archive, retention, holds and restores. */
export const keepingOf = async (ctx: OrganizationContext): Promise<Keeping> =>
  keepingView(await auditLog(ctx.env, ctx.organizationId).keeping())

/**
 * Changes how long events are kept, if the caller has seen the newest settings. The object does it and tells of it in one
 * transaction. Throws `precondition_failed` with the present settings when somebody was faster.
 */
export const putRetention = async (ctx: OrganizationContext, seen: number, days: PutRetention): Promise<Retention> => {
  await drainAudit(ctx, ctx.organizationId)
  const facts = { version: seen + 1, ...days }
  const event = await auditInputNow(ctx, 'audit.retention-changed', facts, { risk: 'high' })
  const log = auditLog(ctx.env, ctx.organizationId)
  const changed = await log.setRetention(seen, days, ctx.actorName, event)
  if (changed) return retentionView(changed)
  throw new AppError('precondition_failed', 'Somebody has changed the settings since.', {
    context: { retention: retentionView((await log.keeping()).retention) },
  })
}
