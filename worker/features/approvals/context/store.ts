import { and, asc, eq, gte, isNotNull, ne, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { type ApprovalRow, approvalComments, approvals } from '../schema.ts'

const own = (ctx: OrganizationContext) => eq(approvals.organizationId, ctx.organizationId)

const alike = (ctx: OrganizationContext, { id, pattern }: ApprovalRow, since: number) =>
  and(own(ctx), eq(approvals.pattern, pattern), gte(approvals.requestedAt, since), ne(approvals.id, id))

/** How requests of the same pattern were decided since then, this one left out. */
export const precedentStatement = (ctx: OrganizationContext, row: ApprovalRow, since: number) =>
  ctx.db
    .select({
      allowed: sql<number>`coalesce(sum(${approvals.outcome} like 'allow%'), 0)`,
      refused: sql<number>`coalesce(sum(${approvals.outcome} = 'reject'), 0)`,
      undecided: sql<number>`coalesce(sum(${approvals.outcome} is null), 0)`,
    })
    .from(approvals)
    .where(alike(ctx, row, since))

/** The newest decision among them. */
export const lastDecidedStatement = (ctx: OrganizationContext, row: ApprovalRow, since: number) =>
  ctx.db
    .select({
      id: approvals.id,
      outcome: approvals.outcome,
      decidedByName: approvals.decidedByName,
      decidedAt: approvals.decidedAt,
    })
    .from(approvals)
    .where(and(alike(ctx, row, since), isNotNull(approvals.outcome)))
    .orderBy(sql`${approvals.decidedAt} desc`)
    .limit(1)

export const commentsStatement = (ctx: OrganizationContext, approvalId: string, limit: number) =>
  ctx.db
    .select()
    .from(approvalComments)
    .where(and(eq(approvalComments.organizationId, ctx.organizationId), eq(approvalComments.approvalId, approvalId)))
    .orderBy(asc(approvalComments.id))
    .limit(limit)
