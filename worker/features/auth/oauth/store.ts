import { and, eq, gt, lte } from 'drizzle-orm'
import { type Condition, type Database, insertWhere } from '../../../platform/db.ts'
import { oauthIdentities, oauthStates } from '../schema.ts'

export type OauthIdentity = typeof oauthIdentities.$inferSelect
export type OauthState = typeof oauthStates.$inferSelect

export const insertState = async (db: Database, row: OauthState): Promise<void> => {
  await db.insert(oauthStates).values(row)
}

/** Takes a flow up again where the provider sends the browser back: once, in time. */
export const takeState = async (db: Database, digest: string, now: number): Promise<OauthState | undefined> => {
  const [taken] = await db
    .delete(oauthStates)
    .where(and(eq(oauthStates.digest, digest), gt(oauthStates.expiresAt, now)))
    .returning()
  return taken
}

export const findIdentity = (db: Database, provider: OauthIdentity['provider'], subject: string) =>
  db
    .select()
    .from(oauthIdentities)
    .where(and(eq(oauthIdentities.provider, provider), eq(oauthIdentities.subject, subject)))
    .get()

/** An account of a provider belongs to one person, and a person has one of each: a second changes no row. */
export const insertIdentityStatement = (db: Database, row: OauthIdentity, condition: Condition) =>
  insertWhere(db, oauthIdentities, row, condition).onConflictDoNothing()

export const deleteIdentityStatement = (db: Database, userId: string, provider: OauthIdentity['provider']) =>
  db.delete(oauthIdentities).where(and(eq(oauthIdentities.userId, userId), eq(oauthIdentities.provider, provider)))

export const deleteExpiredStates = (db: Database, now: number) =>
  db.delete(oauthStates).where(lte(oauthStates.expiresAt, now))
