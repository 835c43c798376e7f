import type { OrganizationContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { perAccount, takeRate } from '../../rate-limits/index.ts'
import { revokeOthersStatement } from '../sessions/store.ts'
import { checkPassword, hashPassword } from './hash.ts'
import { findPasswordHash, isStillThePassword, putPasswordStatement } from './store.ts'

/**
 * Sets another password for whoever knows the present one, and ends the person's other sessions. Who has none, as after
 * signing up at a provider, sets the first one by a mailed link. Throws `invalid_credentials`, `rate_limited`, and
 * `conflict` when another change came first.
 */
export const changePassword = async (ctx: OrganizationContext, present: string, next: string): Promise<void> => {
  await takeRate(ctx, [perAccount('change-password', ctx.actor.id, 10, 15)])
  const userId = ctx.actor.id
  const known = await findPasswordHash(ctx.db, userId)
  if (!(await checkPassword(present, known)).ok || known === null)
    throw new AppError('invalid_credentials', 'The password is wrong.')
  const hash = await hashPassword(next)
  const now = ctx.now().getTime()
  // Each statement runs only if the one before changed a row; the first is decided by the password that was shown.
  const [changed] = await ctx.db.batch([
    putPasswordStatement(ctx.db, { userId, hash, changedAt: now }, isStillThePassword(userId, known)).returning(),
    auditStatement(ctx, 'user.password-changed', {}, { target: userId, risk: 'medium' }),
    revokeOthersStatement(ctx.db, userId, ctx.sessionId, now, landed),
  ])
  if (changed.length === 0) throw new AppError('conflict', 'The password was changed meanwhile.')
  await drainSoon(ctx, ctx.organizationId)
}
