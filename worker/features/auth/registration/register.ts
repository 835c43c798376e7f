import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import {
  invitationAcceptedBy,
  invitationGone,
  joinStatements,
  openInvitation,
  spendInvitationStatement,
} from '../../organizations/index.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { insertUserStatement, insertUserWhereStatement, type User, userExists } from '../../users/index.ts'
import type { Register } from '../contract.ts'
import { hashPassword } from '../passwords/hash.ts'
import { kindOf, type SignedIn } from '../sessions/open.ts'
import { organizationNameFor } from '../sessions/workplace.ts'
import { emailTaken, enrol, foundOrganization, newUser, passwordStatement } from './enrol.ts'
import { setupRequired } from './setup.ts'

/**
 * A new person with a new organization, or in the one that the invitation is for. Throws `registration_closed`,
 * `email_taken`, and `expired` for an invitation that is no longer open.
 */
export const register = async (ctx: RequestContext, input: Register): Promise<SignedIn> => {
  await takeRate(ctx, [perAddress(ctx, 'register', 300, 15)])
  if (await setupRequired(ctx)) throw new AppError('registration_closed', 'This installation is not set up yet.')
  if (input.invitationToken !== undefined) return registerInvited(ctx, input, input.invitationToken)
  if (ctx.config.registration === 'invite')
    throw new AppError('registration_closed', 'New accounts here need an invitation.')
  const user = await newUser(ctx, input)
  return enrol(ctx, user, {
    method: 'password',
    kind: kindOf(input.transport),
    person: [insertUserStatement(ctx.db, user)],
    credential: passwordStatement(ctx, user.id, await hashPassword(input.password)),
    beginning: foundOrganization(ctx, user, input.organizationName ?? organizationNameFor(input.name)),
    lost: emailTaken,
  })
}

/** The mailed link proves the address, so nothing has to be verified any more. */
const registerInvited = async (ctx: RequestContext, input: Register, token: string): Promise<SignedIn> => {
  const invitation = await openInvitation(ctx, token)
  if (invitation.email !== input.email)
    throw new AppError('invalid', 'The invitation is for another address.', {
      errors: [{ path: 'email', message: 'not the invited address' }],
    })
  const user: User = { ...(await newUser(ctx, input)), emailVerifiedAt: ctx.now().getTime() }
  const { organizationId, role, digest } = invitation
  return enrol(ctx, user, {
    method: 'password',
    kind: kindOf(input.transport),
    person: [
      spendInvitationStatement(ctx, invitation, user.id),
      insertUserWhereStatement(ctx.db, user, invitationAcceptedBy(digest, user.id)),
    ],
    credential: passwordStatement(ctx, user.id, await hashPassword(input.password)),
    beginning: { organizationId, role, statements: joinStatements(ctx, invitation, user.id, userExists(user.id)) },
    lost: invitationGone,
  })
}
