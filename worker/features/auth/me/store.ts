import { and, asc, count, eq, isNotNull } from 'drizzle-orm'
import type { Database } from '../../../platform/db.ts'
import { oauthIdentities, passkeys, totps } from '../schema.ts'

export const totpConfirmed = async (db: Database, userId: string): Promise<boolean> => {
  const confirmed = and(eq(totps.userId, userId), isNotNull(totps.confirmedAt))
  return (await db.select({ userId: totps.userId }).from(totps).where(confirmed).get()) !== undefined
}

export const countPasskeys = async (db: Database, userId: string): Promise<number> =>
  (await db.select({ n: count() }).from(passkeys).where(eq(passkeys.userId, userId)).get())?.n ?? 0

export const linkedProviders = async (db: Database, userId: string) => {
  const rows = await db
    .select({ provider: oauthIdentities.provider })
    .from(oauthIdentities)
    .where(eq(oauthIdentities.userId, userId))
    .orderBy(asc(oauthIdentities.provider))
  return rows.map(({ provider }) => provider)
}
