import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import { toBase64 } from '../../../tlog/base64.ts'
import { nothingWitnessed } from '../../../tlog/witness/judge.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { type WitnessedLogRow, type WitnessKeyRow, witnessedLogs, witnessKeys } from './schema.ts'

const own = (ctx: OrganizationContext) => eq(witnessedLogs.organizationId, ctx.organizationId)

/** By an organization's id in a public address. */
export const findKey = (ctx: RequestContext, organizationId: string): Promise<WitnessKeyRow | undefined> =>
  ctx.db.select().from(witnessKeys).where(eq(witnessKeys.organizationId, organizationId)).get()

/** Of two who make one at once, one does. */
export const insertKeyStatement = (ctx: RequestContext, row: WitnessKeyRow) =>
  ctx.db.insert(witnessKeys).values(row).onConflictDoNothing()

export const listLogs = (ctx: OrganizationContext): Promise<WitnessedLogRow[]> =>
  ctx.db
    .select()
    .from(witnessedLogs)
    .where(and(own(ctx), isNull(witnessedLogs.removedAt)))
    .orderBy(asc(witnessedLogs.id))

export const findLog = (ctx: OrganizationContext, id: string): Promise<WitnessedLogRow | undefined> =>
  ctx.db
    .select()
    .from(witnessedLogs)
    .where(and(own(ctx), eq(witnessedLogs.id, id), isNull(witnessedLogs.removedAt)))
    .get()

/** What was cosigned last of each log of a witness. */
export const notesOf = (ctx: RequestContext, organizationId: string) =>
  ctx.db
    .select({ origin: witnessedLogs.origin, note: witnessedLogs.note })
    .from(witnessedLogs)
    .where(and(eq(witnessedLogs.organizationId, organizationId), isNull(witnessedLogs.removedAt)))

/** Also one that is removed. */
export const findLogByOrigin = (
  ctx: RequestContext,
  organizationId: string,
  origin: string,
): Promise<WitnessedLogRow | undefined> =>
  ctx.db
    .select()
    .from(witnessedLogs)
    .where(and(eq(witnessedLogs.organizationId, organizationId), eq(witnessedLogs.origin, origin)))
    .get()

/** What had been cosigned of a log that comes back stays; one that is there already is left alone. */
export const trustStatement = (
  ctx: OrganizationContext,
  { id, origin, vkeys }: { id: string; origin: string; vkeys: string[] },
  now: number,
) => {
  const { size, root } = nothingWitnessed()
  return ctx.db
    .insert(witnessedLogs)
    .values({
      id,
      organizationId: ctx.organizationId,
      origin,
      vkeys,
      size,
      root: toBase64(root),
      note: null,
      cosignedAt: null,
      contradictedAt: null,
      createdAt: now,
      removedAt: null,
    })
    .onConflictDoUpdate({
      target: [witnessedLogs.organizationId, witnessedLogs.origin],
      set: { vkeys, removedAt: null },
      setWhere: isNotNull(witnessedLogs.removedAt),
    })
}

export const changeKeysStatement = (ctx: OrganizationContext, id: string, vkeys: string[]) =>
  ctx.db
    .update(witnessedLogs)
    .set({ vkeys, contradictedAt: null })
    .where(and(own(ctx), eq(witnessedLogs.id, id), isNull(witnessedLogs.removedAt)))

export const removeStatement = (ctx: OrganizationContext, id: string, now: number) =>
  ctx.db
    .update(witnessedLogs)
    .set({ removedAt: now })
    .where(and(own(ctx), eq(witnessedLogs.id, id), isNull(witnessedLogs.removedAt)))

/**
 * Puts a tree in the place of exactly the one that was looked at: of two who come at once, one does. From here on nothing
 * smaller is cosigned.
 */
export const advanceLog = async (
  ctx: RequestContext,
  before: WitnessedLogRow,
  next: { size: number; root: string; note: string },
  now: number,
): Promise<boolean> => {
  const { meta } = await ctx.db
    .update(witnessedLogs)
    .set({ ...next, cosignedAt: now })
    .where(
      and(
        eq(witnessedLogs.id, before.id),
        eq(witnessedLogs.size, before.size),
        eq(witnessedLogs.root, before.root),
        isNull(witnessedLogs.removedAt),
      ),
    )
  return meta.changes > 0
}

export const contradictedStatement = (ctx: RequestContext, id: string, now: number) =>
  ctx.db
    .update(witnessedLogs)
    .set({ contradictedAt: now })
    .where(and(eq(witnessedLogs.id, id), isNull(witnessedLogs.contradictedAt)))
