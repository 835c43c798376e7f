import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { clearRate, perAccount, perAddress, takeRate } from '../../rate-limits/index.ts'
import { findUserByEmail } from '../../users/index.ts'
import type { Login } from '../contract.ts'
import { checkPassword, hashPassword } from '../passwords/hash.ts'
import { findPasswordHash, rehash } from '../passwords/store.ts'
import { checkSecondFactor } from '../totp/code.ts'
import { kindOf, openSession, type SignedIn } from './open.ts'
import { tellFailure } from './tell-failure.ts'
import { workplaceOf } from './workplace.ts'

/**
 * Signs in by password and, where there is one, the second factor. An unknown address and a wrong password answer the
 * same, after the same time. Throws `invalid_credentials`, `totp_required`, `invalid_code`, `rate_limited`, and
 * `not_found` for an organization that the person is no member of.
 */
export const login = async (ctx: RequestContext, input: Login): Promise<SignedIn> => {
  const account = perAccount('login', input.email, 10, 15)
  await takeRate(ctx, [account, perAddress(ctx, 'login', 300, 15)])
  const user = await findUserByEmail(ctx.db, input.email)
  const hash = await findPasswordHash(ctx.db, user?.id ?? '')
  const { ok, outdated } = await checkPassword(input.password, hash)
  if (!user || !ok) {
    ctx.waitUntil(tellFailure(ctx, user, 'password'))
    throw new AppError('invalid_credentials', 'The e-mail address or the password is wrong.')
  }
  const factor = await checkSecondFactor(ctx, user.id, input.code)
  if (factor === 'required') throw new AppError('totp_required', 'A code of the authenticator app is needed too.')
  if (factor === 'wrong') {
    ctx.waitUntil(tellFailure(ctx, user, 'code'))
    throw new AppError('invalid_code', 'The code is wrong or was used before.')
  }
  const workplace = await workplaceOf(ctx, user, input.organizationId)
  if (outdated) await rehash(ctx.db, user.id, await hashPassword(input.password))
  await clearRate(ctx, [account])
  const session = { userId: user.id, ...workplace, kind: kindOf(input.transport), method: 'password' as const }
  return openSession(ctx, user, workplace.role, session)
}
