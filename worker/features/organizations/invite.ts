import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { digestOf, randomToken } from '../../platform/secrets.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { mailStatement, newMail, sendSoon } from '../mail/index.ts'
import { perAccount, takeRate } from '../rate-limits/index.ts'
import { findUserByEmail } from '../users/index.ts'
import type { Invitation, Invite } from './contract.ts'
import { invitationLetter } from './letter.ts'
import { invitationLifetimeMs } from './rules.ts'
import { deleteInvitationStatement, findMembership, getOrganization, putInvitationStatement } from './store.ts'

/**
 * Mails a one-time link. A second invitation to the same address takes the place of the first. Throws `conflict` when
 * the address belongs to a member.
 */
export const invite = async (ctx: OrganizationContext, { email, role }: Invite): Promise<Invitation> => {
  await takeRate(ctx, [perAccount('invite', ctx.organizationId, 100, 60)])
  const invited = await findUserByEmail(ctx.db, email)
  if (invited && (await findMembership(ctx.db, ctx.organizationId, invited.id)))
    throw new AppError('conflict', 'This person is a member already.')

  const { name: organization } = await getOrganization(ctx.db, ctx.organizationId)
  const inviter = ctx.actorName
  const token = randomToken()
  const { publicUrl } = ctx.config
  const mail = await newMail(ctx, invitationLetter({ publicUrl, to: email, organization, inviter, token }))
  const createdAt = ctx.now().getTime()
  const row = {
    id: ctx.newId('inv'),
    organizationId: ctx.organizationId,
    email,
    role,
    digest: digestOf(token),
    invitedBy: inviter,
    createdAt,
    expiresAt: createdAt + invitationLifetimeMs,
    acceptedBy: null,
  }
  await ctx.db.batch([
    putInvitationStatement(ctx.db, row),
    auditStatement(ctx, 'invitation.created', { invitationId: row.id, role }, { target: row.id, risk: 'medium' }),
    mailStatement(ctx, mail),
  ])
  sendSoon(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return {
    id: row.id,
    email,
    role,
    invitedBy: inviter,
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
  }
}

/** Takes an invitation back. Throws `not_found` for one that was accepted, revoked or is another organization's. */
export const revokeInvitation = async (ctx: OrganizationContext, invitationId: string): Promise<void> => {
  const [deleted] = await ctx.db.batch([
    deleteInvitationStatement(ctx.db, ctx.organizationId, invitationId).returning(),
    auditStatement(ctx, 'invitation.revoked', { invitationId }, { target: invitationId }),
  ])
  if (deleted.length === 0) throw notFound('Invitation')
  await drainSoon(ctx, ctx.organizationId)
}
