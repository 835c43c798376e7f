import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { drainAudit } from '../drain.ts'
import { auditInputNow } from '../record.ts'
import type { LogState } from './contract.ts'
import { logState } from './read.ts'

/**
 * Gives the log another signing key. The old one vouches for it and signs beside it for 30 days, so whoever knows only the old
 * one finds the new one by it. Key and event commit together in the log itself.
 */
export const rotateKey = async (ctx: OrganizationContext): Promise<LogState> => {
  await drainAudit(ctx, ctx.organizationId)
  const event = await auditInputNow(ctx, 'audit.key-rotated', { vkey: '', replaces: '' }, { risk: 'high' })
  await auditLog(ctx.env, ctx.organizationId).rotateKey(event)
  return logState(ctx)
}
