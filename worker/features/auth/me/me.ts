import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { membershipsOf } from '../../organizations/index.ts'
import { findUser } from '../../users/index.ts'
import type { Me } from '../contract.ts'
import { countPasskeys, linkedProviders, totpConfirmed } from './store.ts'

/** The signed-in person. Throws `forbidden` for an API key, which is nobody. */
export const whoAmI = async (ctx: OrganizationContext): Promise<Me> => {
  if (ctx.actor.kind !== 'member') throw new AppError('forbidden', 'Only a person has an account.')
  const [user, memberships, totpEnabled, passkeys, providers] = await Promise.all([
    findUser(ctx.db, ctx.actor.id),
    membershipsOf(ctx.db, ctx.actor.id),
    totpConfirmed(ctx.db, ctx.actor.id),
    countPasskeys(ctx.db, ctx.actor.id),
    linkedProviders(ctx.db, ctx.actor.id),
  ])
  const organizations = memberships.map(({ id, name, role }) => ({ id, name, role }))
  const organization = organizations.find(({ id }) => id === ctx.organizationId)
  if (!user) throw notFound('Account')
  // The token is still good for some minutes after its person was removed; who they are there is over already.
  if (!organization) throw new AppError('token_expired', 'You are no member of this organization any more.')
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    emailVerified: user.emailVerifiedAt !== null,
    totpEnabled,
    passkeys,
    providers,
    organization,
    organizations,
  }
}
