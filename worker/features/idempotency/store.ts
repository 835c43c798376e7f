import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Database } from '../../platform/db.ts'
import { idempotencyKeys } from './schema.ts'

interface Use {
  caller: string
  key: string
}

const own = (ctx: OrganizationContext, { caller, key }: Use) =>
  and(
    eq(idempotencyKeys.organizationId, ctx.organizationId),
    eq(idempotencyKeys.caller, caller),
    eq(idempotencyKeys.key, key),
  )

/**
 * Claims the key for one attempt, if nobody holds it: it is new, its day is over, or whoever claimed it for the same
 * request before `staleBefore` never answered. Answers whether this attempt has it now.
 */
export const claimKey = async (
  ctx: OrganizationContext,
  use: Use & { requestDigest: string },
  attempt: string,
  { now, staleBefore, expiresAt }: { now: number; staleBefore: number; expiresAt: number },
): Promise<boolean> => {
  const claim = { requestDigest: use.requestDigest, attempt, claimedAt: now, answeredAt: null, answer: null, expiresAt }
  const held = await ctx.db
    .insert(idempotencyKeys)
    .values({ organizationId: ctx.organizationId, caller: use.caller, key: use.key, ...claim })
    .onConflictDoUpdate({
      target: [idempotencyKeys.organizationId, idempotencyKeys.caller, idempotencyKeys.key],
      set: claim,
      setWhere: sql`${idempotencyKeys.expiresAt} <= ${now} or (${idempotencyKeys.answeredAt} is null
        and ${idempotencyKeys.claimedAt} <= ${staleBefore} and ${idempotencyKeys.requestDigest} = excluded.request_digest)`,
    })
    .returning({ attempt: idempotencyKeys.attempt })
  return held.length > 0
}

export const keyRow = async (ctx: OrganizationContext, use: Use) => {
  const [row] = await ctx.db.select().from(idempotencyKeys).where(own(ctx, use))
  return row
}

/** Only of the attempt that holds the claim: one that came back too late changes nothing. */
export const answerKey = (ctx: OrganizationContext, use: Use, attempt: string, answer: string | null, now: number) =>
  ctx.db
    .update(idempotencyKeys)
    .set({ answer, answeredAt: now })
    .where(and(own(ctx, use), eq(idempotencyKeys.attempt, attempt), isNull(idempotencyKeys.answeredAt)))

export const releaseKey = (ctx: OrganizationContext, use: Use, attempt: string) =>
  ctx.db
    .delete(idempotencyKeys)
    .where(and(own(ctx, use), eq(idempotencyKeys.attempt, attempt), isNull(idempotencyKeys.answeredAt)))

export const deleteExpiredKeys = (db: Database, now: number) =>
  db.delete(idempotencyKeys).where(lte(idempotencyKeys.expiresAt, now))
