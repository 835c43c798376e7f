import { and, asc, eq, gt, inArray, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Condition, Database } from '../../../platform/db.ts'
import { type ApprovalRow, approvalCallbacks, approvals } from '../schema.ts'
import { isForGateway } from '../store.ts'

const own = (ctx: OrganizationContext) => eq(approvals.organizationId, ctx.organizationId)

const isOverdue = (now: number): SQL | undefined => and(eq(approvals.state, 'pending'), lte(approvals.expiresAt, now))
/** Spelled as the index is. */
const isEscalating: SQL = sql`escalates_at is not null and escalated_at is null and state = 'pending'`
/** A callback has its own end. */
const isUncollected = (now: number): SQL | undefined =>
  and(eq(approvals.state, 'decided'), eq(approvals.hasCallback, false), lte(approvals.requesterWaitsUntil, now))
const isDue = (now: number): SQL | undefined =>
  and(ne(approvals.state, 'pending'), or(isNull(approvalCallbacks.dueAt), lte(approvalCallbacks.dueAt, now)))

/** Pending approvals past their time. */
export const overdueRows = async (ctx: OrganizationContext, now: number, limit: number): Promise<ApprovalRow[]> =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(own(ctx), isOverdue(now)))
    .orderBy(asc(approvals.expiresAt))
    .limit(limit)

/** Pending approvals that others may decide from now on. */
export const escalatingRows = async (ctx: OrganizationContext, now: number, limit: number): Promise<ApprovalRow[]> =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(own(ctx), isEscalating, lte(approvals.escalatesAt, now)))
    .limit(limit)

/** Decisions that nobody has taken and nobody waits for any more. */
export const uncollectedRows = async (ctx: OrganizationContext, now: number, limit: number): Promise<ApprovalRow[]> =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(own(ctx), isUncollected(now)))
    .limit(limit)

/** Wins only while the approval is pending and its time is over: whoever decides, decides before. */
export const decideOverdueStatement = (ctx: OrganizationContext, row: ApprovalRow, now: number) =>
  ctx.db
    .update(approvals)
    .set({
      state: 'decided',
      outcome: row.outcome,
      decidedByKind: row.decidedByKind,
      decidedById: row.decidedById,
      decidedByName: row.decidedByName,
      reason: row.reason,
      decidedAt: row.decidedAt,
    })
    .where(and(own(ctx), eq(approvals.id, row.id), isOverdue(now)))

export const escalateStatement = (ctx: OrganizationContext, id: string, now: number) =>
  ctx.db
    .update(approvals)
    .set({ escalatedAt: now })
    .where(and(own(ctx), eq(approvals.id, id), eq(approvals.state, 'pending'), isNull(approvals.escalatedAt)))

/** Ended approvals whose callback is to be tried now. */
export const dueCallbackIds = async (ctx: OrganizationContext, now: number, limit: number): Promise<string[]> => {
  const rows = await ctx.db
    .select({ id: approvals.id })
    .from(approvalCallbacks)
    .innerJoin(approvals, eq(approvals.id, approvalCallbacks.approvalId))
    .where(and(eq(approvalCallbacks.organizationId, ctx.organizationId), isDue(now)))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** When the next of all this is due; null when nothing is ahead. */
export const nextDue = async (ctx: OrganizationContext): Promise<number | null> => {
  const earliest = (column: SQL, where: SQL) =>
    sql`(select min(${column}) from ${approvals} where ${approvals.organizationId} = ${ctx.organizationId} and ${where})`
  const row = await ctx.db.get<{ due: number | null }>(sql`select min(due) as due from (
    select ${earliest(sql`expires_at`, sql`state = 'pending'`)} as due
    union all select ${earliest(sql`escalates_at`, isEscalating)}
    union all select ${earliest(sql`requester_waits_until`, sql`state = 'decided' and has_callback = 0`)}
    union all select min(coalesce(c.due_at, 0)) from ${approvalCallbacks} c join ${approvals} a on a.id = c.approval_id
      where c.organization_id = ${ctx.organizationId} and a.state <> 'pending')`)
  return row?.due ?? null
}

/** Organizations in which something is due, for cron. */
export const organizationsDue = async (db: Database, now: number, limit: number): Promise<string[]> => {
  const among = (condition: Condition | undefined) =>
    db.selectDistinct({ id: approvals.organizationId }).from(approvals).where(condition).limit(limit)
  const found = await db.batch([
    among(isOverdue(now)),
    among(and(isEscalating, lte(approvals.escalatesAt, now))),
    among(isUncollected(now)),
    db
      .selectDistinct({ id: approvalCallbacks.organizationId })
      .from(approvalCallbacks)
      .innerJoin(approvals, eq(approvals.id, approvalCallbacks.approvalId))
      .where(isDue(now))
      .limit(limit),
  ])
  return [...new Set(found.flat().map(({ id }) => id))]
}

/** Decisions made some time ago that no gateway has taken and that one still waits for, of all organizations. */
export const strandedRows = async (db: Database, decidedBefore: number, limit: number) =>
  db
    .select({ approval: approvals, forGateway: isForGateway })
    .from(approvals)
    .where(
      and(
        eq(approvals.state, 'decided'),
        inArray(approvals.source, ['openclaw.exec', 'openclaw.plugin']),
        lte(approvals.decidedAt, decidedBefore),
        gt(approvals.requesterWaitsUntil, decidedBefore),
      ),
    )
    .limit(limit)
