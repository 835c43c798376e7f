import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import {
  findOpenInvitation,
  invitationAcceptedBy,
  invitationGone,
  joinStatements,
  spendInvitationStatement,
} from '../../organizations/index.ts'
import { insertUserStatement, insertUserWhereStatement, type User, userExists } from '../../users/index.ts'
import { emailTaken, enrol, foundOrganization, newUser } from '../registration/enrol.ts'
import { setupRequired } from '../registration/setup.ts'
import type { SignedIn } from '../sessions/open.ts'
import { organizationNameFor } from '../sessions/workplace.ts'
import type { ProviderUser } from './provider.ts'
import { insertIdentityStatement, type OauthState } from './store.ts'

/** A new person whom a provider vouches for. Throws `registration_closed`, and `expired` for an invitation. */
export const registerByProvider = async (
  ctx: RequestContext,
  flow: OauthState,
  person: ProviderUser,
  email: string,
): Promise<SignedIn> => {
  if (await setupRequired(ctx)) throw new AppError('registration_closed', 'This installation is not set up yet.')
  const name = person.name.slice(0, 120)
  const user: User = { ...(await newUser(ctx, { email, name })), emailVerifiedAt: ctx.now().getTime() }
  const { provider } = flow
  const identity = { provider, subject: person.subject, userId: user.id, createdAt: ctx.now().getTime() }
  const shared = {
    method: provider,
    kind: 'browser' as const,
    credential: insertIdentityStatement(ctx.db, identity, userExists(user.id)),
  }
  if (flow.invitationDigest === null) {
    if (ctx.config.registration === 'invite')
      throw new AppError('registration_closed', 'New accounts here need an invitation.')
    return enrol(ctx, user, {
      ...shared,
      person: [insertUserStatement(ctx.db, user)],
      beginning: foundOrganization(ctx, user, organizationNameFor(name)),
      lost: emailTaken,
    })
  }
  const invitation = await findOpenInvitation(ctx.db, flow.invitationDigest, ctx.now().getTime())
  if (invitation?.email !== email) throw invitationGone()
  const { organizationId, role, digest } = invitation
  return enrol(ctx, user, {
    ...shared,
    person: [
      spendInvitationStatement(ctx, invitation, user.id),
      insertUserWhereStatement(ctx.db, user, invitationAcceptedBy(digest, user.id)),
    ],
    beginning: { organizationId, role, statements: joinStatements(ctx, invitation, user.id, userExists(user.id)) },
    lost: invitationGone,
  })
}
