import { actingFor, type OrganizationContext, type RequestContext } from '../../platform/context.ts'
import type { Condition } from '../../platform/db.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Organization } from './contract.ts'
import { insertMemberStatement, insertOrganizationStatement } from './store.ts'

interface NewOrganization {
  organizationId: string
  name: string
  ownerId: string
  /** Under which both rows are written; without one, always. */
  condition?: Condition
}

/** The statements that make an organization with its owner and tell the audit, for the batch of a bigger act. */
export const createOrganizationStatements = (ctx: RequestContext, made: NewOrganization) => {
  const { organizationId, name, ownerId, condition } = made
  const within = actingFor(ctx, organizationId, { kind: 'member', id: ownerId })
  const at = ctx.now().getTime()
  const member = { id: ctx.newId('mem'), organizationId, userId: ownerId, role: 'owner' as const, joinedAt: at }
  return [
    insertOrganizationStatement(ctx.db, { id: organizationId, name, createdAt: at }, condition),
    auditStatement(within, 'organization.created', { name }, { target: organizationId }),
    insertMemberStatement(ctx.db, member, condition),
    auditStatement(within, 'member.joined', { userId: ownerId, role: 'owner' }, { target: ownerId }),
  ] as const
}

/** Everybody who is signed in may have an organization of their own. */
export const createOrganization = async (ctx: OrganizationContext, name: string): Promise<Organization> => {
  const organizationId = ctx.newId('org')
  await ctx.db.batch([...createOrganizationStatements(ctx, { organizationId, name, ownerId: ctx.actor.id })])
  await drainSoon(ctx, organizationId)
  return { id: organizationId, name, role: 'owner', createdAt: ctx.now().toISOString() }
}
