import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { sameSecret } from '../../../platform/secrets.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { anyUserExists, insertFirstUserStatement } from '../../users/index.ts'
import type { Setup } from '../contract.ts'
import { hashPassword } from '../passwords/hash.ts'
import { kindOf, type SignedIn } from '../sessions/open.ts'
import { enrol, foundOrganization, newUser, passwordStatement } from './enrol.ts'

/** True until the first person exists, in an installation that was started with a setup token. */
export const setupRequired = async (ctx: RequestContext): Promise<boolean> =>
  ctx.config.setupToken !== undefined && !(await anyUserExists(ctx.db))

/**
 * The first person of an installation, with the token that the operator's terminal printed. Of two who try at once one
 * wins. Throws `registration_closed` once somebody exists, and for a wrong token.
 */
export const setUp = async (ctx: RequestContext, input: Setup): Promise<SignedIn> => {
  await takeRate(ctx, [perAddress(ctx, 'setup', 30, 15)])
  const { setupToken } = ctx.config
  if (!setupToken || !(await setupRequired(ctx)) || !sameSecret(setupToken, input.token)) throw setupOver()
  const user = await newUser(ctx, input)
  return enrol(ctx, user, {
    method: 'setup',
    kind: kindOf(input.transport),
    person: [insertFirstUserStatement(ctx.db, user)],
    credential: passwordStatement(ctx, user.id, await hashPassword(input.password)),
    beginning: foundOrganization(ctx, user, input.organizationName),
    lost: setupOver,
  })
}

const setupOver = () => new AppError('registration_closed', 'Setup is over, or its token is another one.')
