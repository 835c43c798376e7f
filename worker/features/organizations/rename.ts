import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Organization } from './contract.ts'
import { findMembership, getOrganization, renameStatement } from './store.ts'

export const renameOrganization = async (ctx: OrganizationContext, name: string): Promise<Organization> => {
  await ctx.db.batch([
    renameStatement(ctx.db, ctx.organizationId, name),
    auditStatement(ctx, 'organization.renamed', { name }, { target: ctx.organizationId }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  const { id, createdAt } = await getOrganization(ctx.db, ctx.organizationId)
  const member = await findMembership(ctx.db, id, ctx.actor.id)
  return { id, name, role: member?.role ?? ctx.role ?? 'viewer', createdAt: new Date(createdAt).toISOString() }
}
