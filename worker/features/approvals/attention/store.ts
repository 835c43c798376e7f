import { and, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Condition } from '../../../platform/db.ts'
import { approvalComments, approvals, approvalViews } from '../schema.ts'

type CommentRow = typeof approvalComments.$inferInsert

const isAmong = (ids: readonly string[]): Condition =>
  sql`"approvals"."id" in (select value from json_each(${JSON.stringify(ids)}))`

const isPending = (ctx: OrganizationContext, now: number) =>
  and(eq(approvals.organizationId, ctx.organizationId), eq(approvals.state, 'pending'), gt(approvals.expiresAt, now))

/** Those of the ids that still wait for a decision, as far as events tell of them. */
export const pendingAmong = (ctx: OrganizationContext, ids: readonly string[], now: number) =>
  ctx.db
    .select({
      id: approvals.id,
      agentId: approvals.agentId,
      connectorId: approvals.connectorId,
      traceId: approvals.traceId,
    })
    .from(approvals)
    .where(and(isPending(ctx, now), isAmong(ids)))

/** Within the batch, before `viewStatement`: holds for an approval that the person has not opened yet. */
export const isUnopened =
  (userId: string) =>
  (approvalId: SQL): Condition =>
    sql`not exists (select 1 from ${approvalViews} where approval_id = ${approvalId} and user_id = ${userId} and opened_at is not null)`

interface Viewing {
  userId: string
  /** All that the person's screen showed, and those of them that it showed whole. */
  shown: readonly string[]
  opened: readonly string[]
  now: number
}

/** Keeps when a person first saw and first opened each; what is kept already stays. */
export const viewStatement = (ctx: OrganizationContext, { userId, shown, opened, now }: Viewing) =>
  ctx.db
    .insert(approvalViews)
    .select(
      sql`select ${ctx.organizationId}, "approvals"."id", ${userId}, ${now}, iif(${isAmong(opened)}, ${now}, null), null
        from ${approvals} where ${isPending(ctx, now)} and ${isAmong(shown)}`,
    )
    .onConflictDoUpdate({
      target: [approvalViews.approvalId, approvalViews.userId],
      set: { openedAt: sql`excluded.opened_at` },
      setWhere: sql`approval_views.opened_at is null and excluded.opened_at is not null`,
    })

/** The first time that anybody's screen showed them. */
export const firstShownStatement = (ctx: OrganizationContext, { shown, now }: Viewing) =>
  ctx.db
    .update(approvals)
    .set({ shownAt: now })
    .where(and(isPending(ctx, now), isNull(approvals.shownAt), isAmong(shown)))

/** Hides a pending approval from one person's inbox; changes no row when it is not pending any more. */
export const snoozeStatement = (ctx: OrganizationContext, id: string, userId: string, now: number, until: number) =>
  ctx.db
    .insert(approvalViews)
    .select(
      sql`select ${ctx.organizationId}, "approvals"."id", ${userId}, ${now}, null, ${until}
        from ${approvals} where ${isPending(ctx, now)} and "approvals"."id" = ${id}`,
    )
    .onConflictDoUpdate({
      target: [approvalViews.approvalId, approvalViews.userId],
      set: { snoozedUntil: sql`excluded.snoozed_until` },
    })

/** Changes no row when it is not pending any more, or that person's already. */
export const assignStatement = (ctx: OrganizationContext, id: string, userId: string, now: number) =>
  ctx.db
    .update(approvals)
    .set({ assigneeId: userId })
    .where(
      and(
        isPending(ctx, now),
        eq(approvals.id, id),
        or(isNull(approvals.assigneeId), sql`${approvals.assigneeId} <> ${userId}`),
      ),
    )

export const insertCommentStatement = (ctx: OrganizationContext, row: CommentRow) =>
  ctx.db.insert(approvalComments).values({ ...row, organizationId: ctx.organizationId })
