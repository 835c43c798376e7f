import { and, asc, eq, gt, isNull, lt, lte } from 'drizzle-orm'
import type { Database } from '../../../platform/db.ts'
import { type Passkey, passkeys, webauthnChallenges } from '../schema.ts'

export const listPasskeys = (db: Database, userId: string): Promise<Passkey[]> =>
  db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id)).limit(100)

export const findPasskey = (db: Database, credentialId: string): Promise<Passkey | undefined> =>
  db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId)).get()

/** A credential belongs to one account: the second to register it inserts no row. */
export const insertPasskeyStatement = (db: Database, row: Passkey) =>
  db.insert(passkeys).values(row).onConflictDoNothing({ target: passkeys.credentialId })

export const deletePasskeyStatement = (db: Database, userId: string, passkeyId: string) =>
  db.delete(passkeys).where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId)))

/** Moves the counter on; false when it does not grow, as a copied authenticator's would not. Many count nothing: 0. */
export const countUse = async (db: Database, passkey: Passkey, counter: number, now: number): Promise<boolean> => {
  const grows = counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter)
  const used = await db
    .update(passkeys)
    .set({ counter, lastUsedAt: now })
    .where(and(eq(passkeys.id, passkey.id), grows))
    .returning({ id: passkeys.id })
  return used.length > 0
}

export const insertChallenge = async (db: Database, row: typeof webauthnChallenges.$inferSelect): Promise<void> => {
  await db.insert(webauthnChallenges).values(row)
}

/** Uses a challenge up: true once, for the same person (or for nobody yet), while it lives. */
export const spendChallenge = async (db: Database, challenge: string, userId: string | null, now: number) => {
  const spent = await db
    .delete(webauthnChallenges)
    .where(
      and(
        eq(webauthnChallenges.challenge, challenge),
        userId === null ? isNull(webauthnChallenges.userId) : eq(webauthnChallenges.userId, userId),
        gt(webauthnChallenges.expiresAt, now),
      ),
    )
    .returning({ challenge: webauthnChallenges.challenge })
  return spent.length > 0
}

export const deleteExpiredChallenges = (db: Database, now: number) =>
  db.delete(webauthnChallenges).where(lte(webauthnChallenges.expiresAt, now))
