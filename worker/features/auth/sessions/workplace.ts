import type { Role } from '../../../platform/access/contract.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { drainSoon } from '../../audit/index.ts'
import { createOrganizationStatements, membershipsOf } from '../../organizations/index.ts'
import type { User } from '../../users/index.ts'
import { lastOrganizationOf } from './store.ts'

export interface Workplace {
  organizationId: string
  role: Role
}

/**
 * The organization that a sign-in leads into: the wanted one, else the one used last, else the oldest membership.
 * Who was removed from the last one gets an organization of their own, or could never accept another invitation.
 * Throws `not_found` for a wanted one that the person is no member of.
 */
export const workplaceOf = async (ctx: RequestContext, user: User, wanted?: string): Promise<Workplace> => {
  const memberships = await membershipsOf(ctx.db, user.id)
  if (wanted !== undefined) {
    const member = memberships.find(({ id }) => id === wanted)
    if (!member) throw notFound('Organization')
    return { organizationId: wanted, role: member.role }
  }
  const last = await lastOrganizationOf(ctx.db, user.id)
  const chosen = memberships.find(({ id }) => id === last) ?? memberships[0]
  return chosen ? { organizationId: chosen.id, role: chosen.role } : ownOrganization(ctx, user)
}

const ownOrganization = async (ctx: RequestContext, user: User): Promise<Workplace> => {
  const organizationId = ctx.newId('org')
  const made = { organizationId, name: organizationNameFor(user.name), ownerId: user.id }
  await ctx.db.batch([...createOrganizationStatements(ctx, made)])
  await drainSoon(ctx, organizationId)
  return { organizationId, role: 'owner' }
}

export const organizationNameFor = (name: string) => `${name.slice(0, 100)}'s organization`
