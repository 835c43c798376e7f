import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { insertWhere, landed } from '../../../platform/db.ts'
import { approvalCallbacks } from '../schema.ts'

type CallbackRow = typeof approvalCallbacks.$inferSelect

const own = (ctx: OrganizationContext, approvalId: string) =>
  and(eq(approvalCallbacks.organizationId, ctx.organizationId), eq(approvalCallbacks.approvalId, approvalId))

/** Directly behind a guarded write, and only if that landed. */
export const insertCallbackStatement = (
  ctx: OrganizationContext,
  callback: Pick<CallbackRow, 'approvalId' | 'url' | 'secret'>,
) =>
  insertWhere(
    ctx.db,
    approvalCallbacks,
    { ...callback, organizationId: ctx.organizationId, attempts: 0, dueAt: null, lastStatus: null },
    landed,
  )

/** Takes a callback for one attempt: of two who come at once, one gets it. Until `leaseEnds` nobody else tries. */
export const takeCallback = async (
  ctx: OrganizationContext,
  approvalId: string,
  now: number,
  leaseEnds: number,
): Promise<CallbackRow | undefined> => {
  const [row] = await ctx.db
    .update(approvalCallbacks)
    .set({ attempts: sql`${approvalCallbacks.attempts} + 1`, dueAt: leaseEnds })
    .where(and(own(ctx, approvalId), or(isNull(approvalCallbacks.dueAt), lte(approvalCallbacks.dueAt, now))))
    .returning()
  return row
}

export const postponeCallback = (ctx: OrganizationContext, approvalId: string, dueAt: number, lastStatus: string) =>
  ctx.db.update(approvalCallbacks).set({ dueAt, lastStatus }).where(own(ctx, approvalId))

export const deleteCallbackStatement = (ctx: OrganizationContext, approvalId: string) =>
  ctx.db.delete(approvalCallbacks).where(own(ctx, approvalId))
