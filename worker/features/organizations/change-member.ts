import type { Role } from '../../platform/access/contract.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { findUser } from '../users/index.ts'
import type { Member as MemberAnswer } from './contract.ts'
import { needsOwner } from './rules.ts'
import type { Member } from './schema.ts'
import { changeRoleStatement, findMembership, getMembership, removeMemberStatement } from './store.ts'

/** Gives a member another role. Throws `forbidden` for an admin who touches owners, `conflict` for the last owner. */
export const changeMember = async (ctx: OrganizationContext, userId: string, role: Role): Promise<MemberAnswer> => {
  const member = await getMembership(ctx.db, ctx.organizationId, userId)
  await refuseUnlessOwner(ctx, member, role)
  if (member.role !== role) {
    const payload = { userId, from: member.role, to: role }
    const [changed] = await ctx.db.batch([
      changeRoleStatement(ctx.db, member, role).returning(),
      auditStatement(ctx, 'member.role-changed', payload, { target: userId, risk: 'medium' }),
    ])
    if (changed.length === 0) throw lastOwner()
    await drainSoon(ctx, ctx.organizationId)
  }
  const user = await findUser(ctx.db, userId)
  return {
    userId,
    name: user?.name ?? '',
    email: user?.email ?? '',
    role,
    joinedAt: iso(member.joinedAt),
  }
}

/** Takes a member out. Throws `forbidden` for an admin who removes an owner, `conflict` for the last owner. */
export const removeMember = async (ctx: OrganizationContext, userId: string): Promise<void> => {
  const member = await getMembership(ctx.db, ctx.organizationId, userId)
  await refuseUnlessOwner(ctx, member, null)
  await remove(ctx, member)
}

/** Everybody may go, except the last owner. */
export const leaveOrganization = async (ctx: OrganizationContext): Promise<void> =>
  remove(ctx, await getMembership(ctx.db, ctx.organizationId, ctx.actor.id))

const remove = async (ctx: OrganizationContext, member: Member) => {
  const { userId } = member
  const [removed] = await ctx.db.batch([
    removeMemberStatement(ctx.db, member).returning(),
    auditStatement(ctx, 'member.removed', { userId }, { target: userId, risk: 'medium' }),
  ])
  if (removed.length === 0) throw lastOwner()
  await drainSoon(ctx, ctx.organizationId)
}

/** Asks the database and not the token: who was an owner five minutes ago makes no owners. */
const refuseUnlessOwner = async (ctx: OrganizationContext, member: Member, role: Role | null) => {
  if (!needsOwner(member.role, role)) return
  const caller = await findMembership(ctx.db, ctx.organizationId, ctx.actor.id)
  if (caller?.role !== 'owner') throw new AppError('forbidden', 'Only an owner makes or changes owners.')
}

const lastOwner = () =>
  new AppError('conflict', 'An organization keeps at least one owner, or the member was changed meanwhile.')
