import type { OrganizationContext } from '../../../platform/context.ts'
import { auditEachStatement, auditInput, drainSoon } from '../../audit/index.ts'
import type { Shown } from './contract.ts'
import { firstShownStatement, isUnopened, pendingAmong, viewStatement } from './store.ts'

/**
 * Keeps what the caller's screen showed of what is pending: when first, to whom, and what was opened, which a batch may
 * then decide though it is critical. Only people who may decide count; ids that are none of the organization's do not.
 */
export const recordShown = async (ctx: OrganizationContext, { listed, opened }: Shown): Promise<void> => {
  const { person } = ctx
  if (person === null || !ctx.capabilities.has('approvals.decide')) return
  const now = ctx.now().getTime()
  const shown = [...new Set([...listed, ...opened])]
  const pending = await pendingAmong(ctx, shown, now)
  if (pending.length === 0) return
  const events = pending
    .filter(({ id }) => opened.includes(id))
    // Looking is not what is risky, however risky the request.
    .map(({ id, ...facts }) => ({
      input: auditInput(ctx, 'approval.shown', { approvalId: id, userId: person.id }, { target: id, ...facts }),
      proof: id,
    }))
  const viewing = { userId: person.id, shown, opened, now }
  await ctx.db.batch([
    auditEachStatement(ctx, events, isUnopened(person.id)),
    viewStatement(ctx, viewing),
    firstShownStatement(ctx, viewing),
  ])
  if (events.length > 0) await drainSoon(ctx, ctx.organizationId)
}
