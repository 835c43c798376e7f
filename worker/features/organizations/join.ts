import { actingFor, type RequestContext } from '../../platform/context.ts'
import type { Condition } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { digestOf } from '../../platform/secrets.ts'
import { auditStatement } from '../audit/index.ts'
import type { InvitationRow } from './schema.ts'
import { acceptInvitationStatement, findOpenInvitation, insertMemberStatement } from './store.ts'

/** The invitation of a mailed link. Throws `expired` for one that is unknown, used or too old. */
export const openInvitation = async (ctx: RequestContext, token: string): Promise<InvitationRow> => {
  const invitation = await findOpenInvitation(ctx.db, digestOf(token), ctx.now().getTime())
  if (!invitation) throw invitationGone()
  return invitation
}

export const invitationGone = () => new AppError('expired', 'This invitation is no longer valid.')

/**
 * Uses up the invitation, for the batch of whoever joins; the statements of `joinStatements` come behind it. When
 * somebody used the link meanwhile it changes nothing.
 */
export const spendInvitationStatement = (ctx: RequestContext, invitation: InvitationRow, userId: string) =>
  acceptInvitationStatement(ctx.db, invitation, userId, ctx.now().getTime())

/** Makes the person a member if `condition` holds, and tells the audit. */
export const joinStatements = (
  ctx: RequestContext,
  invitation: InvitationRow,
  userId: string,
  condition: Condition,
) => {
  const { organizationId, role } = invitation
  const within = actingFor(ctx, organizationId, { kind: 'member', id: userId })
  const member = { id: ctx.newId('mem'), organizationId, userId, role, joinedAt: ctx.now().getTime() }
  return [
    insertMemberStatement(ctx.db, member, condition),
    auditStatement(within, 'member.joined', { userId, role }, { target: userId, risk: 'medium' }),
  ] as const
}
