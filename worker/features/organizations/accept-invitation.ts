import type { OrganizationContext } from '../../platform/context.ts'
import { landed } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { drainSoon } from '../audit/index.ts'
import { findUser } from '../users/index.ts'
import type { Organization } from './contract.ts'
import { invitationGone, joinStatements, openInvitation, spendInvitationStatement } from './join.ts'
import { findMembership, getOrganization } from './store.ts'

/**
 * The signed-in person joins the organization of a mailed link; its token comes with the next refresh. Throws
 * `expired`, `forbidden` for a link to another address, and `conflict` for somebody who is a member already.
 */
export const acceptInvitation = async (ctx: OrganizationContext, token: string): Promise<Organization> => {
  const invitation = await openInvitation(ctx, token)
  const { organizationId, role, email } = invitation
  const user = await findUser(ctx.db, ctx.actor.id)
  if (user?.email !== email) throw new AppError('forbidden', 'The invitation is for another address.')
  if (await findMembership(ctx.db, organizationId, user.id))
    throw new AppError('conflict', 'You are a member of this organization already.')

  const [spent] = await ctx.db.batch([
    spendInvitationStatement(ctx, invitation, user.id).returning(),
    ...joinStatements(ctx, invitation, user.id, landed),
  ])
  if (spent.length === 0) throw invitationGone()
  await drainSoon(ctx, organizationId)
  const { id, name, createdAt } = await getOrganization(ctx.db, organizationId)
  return { id, name, role, createdAt: new Date(createdAt).toISOString() }
}
