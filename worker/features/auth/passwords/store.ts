import { and, eq, gt, lte, sql } from 'drizzle-orm'
import { always, type Condition, type Database, insertWhere } from '../../../platform/db.ts'
import { oneTimeTokens, passwords } from '../schema.ts'

type OneTimeToken = typeof oneTimeTokens.$inferSelect
export type TokenPurpose = OneTimeToken['purpose']

export const findPasswordHash = async (db: Database, userId: string): Promise<string | null> =>
  (await db.select({ hash: passwords.hash }).from(passwords).where(eq(passwords.userId, userId)).get())?.hash ?? null

export const insertPasswordStatement = (
  db: Database,
  row: typeof passwords.$inferSelect,
  condition: Condition = always,
) => insertWhere(db, passwords, row, condition)

/** Sets the password if `condition` holds; the first one too, for who came by a provider has none. */
export const putPasswordStatement = (db: Database, row: typeof passwords.$inferSelect, condition: Condition) =>
  insertWhere(db, passwords, row, condition).onConflictDoUpdate({
    target: passwords.userId,
    set: { hash: row.hash, changedAt: row.changedAt },
  })

/** Holds while the person's password is the one with this hash. */
export const isStillThePassword = (userId: string, hash: string): Condition =>
  sql`exists (select 1 from ${passwords} where ${and(eq(passwords.userId, userId), eq(passwords.hash, hash))})`

/** The same password under today's parameters; nothing to audit. */
export const rehash = async (db: Database, userId: string, hash: string): Promise<void> => {
  await db.update(passwords).set({ hash }).where(eq(passwords.userId, userId))
}

/** One living token for each purpose: the new one takes the old one's place. */
export const putOneTimeTokenStatement = (db: Database, row: OneTimeToken, condition: Condition = always) =>
  insertWhere(db, oneTimeTokens, row, condition).onConflictDoUpdate({
    target: [oneTimeTokens.userId, oneTimeTokens.purpose],
    set: { digest: row.digest, expiresAt: row.expiresAt },
  })

export const findOneTimeToken = (db: Database, digest: string, purpose: TokenPurpose, now: number) =>
  db
    .select()
    .from(oneTimeTokens)
    .where(and(eq(oneTimeTokens.digest, digest), eq(oneTimeTokens.purpose, purpose), gt(oneTimeTokens.expiresAt, now)))
    .get()

/** Uses a token up: of two who show it, one deletes the row. */
export const spendOneTimeTokenStatement = (db: Database, digest: string) =>
  db.delete(oneTimeTokens).where(eq(oneTimeTokens.digest, digest))

export const deleteExpiredTokens = (db: Database, now: number) =>
  db.delete(oneTimeTokens).where(lte(oneTimeTokens.expiresAt, now))
