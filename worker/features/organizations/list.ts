import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import { listInvitations, listMembers, membershipsOf } from './store.ts'

/** The caller's organizations, the oldest membership first. */
export const listMyOrganizations = async (ctx: OrganizationContext) =>
  (await membershipsOf(ctx.db, ctx.actor.id)).map((row) => ({ ...row, createdAt: iso(row.createdAt) }))

export const listOrganizationMembers = async (ctx: OrganizationContext, { limit, cursor }: PageQuery) => {
  const after = fromCursor(z.string(), cursor)
  const page = pageOf(await listMembers(ctx.db, ctx.organizationId, after, limit + 1), limit, ({ id }) => id)
  const items = page.items.map(({ id: _, joinedAt, ...member }) => ({ ...member, joinedAt: iso(joinedAt) }))
  return { ...page, items }
}

/** Those that can still be accepted. */
export const listOpenInvitations = async (ctx: OrganizationContext) => {
  const rows = await listInvitations(ctx.db, ctx.organizationId, ctx.now().getTime())
  return rows.map((row) => ({ ...row, createdAt: iso(row.createdAt), expiresAt: iso(row.expiresAt) }))
}
