import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm'
import { type Condition, type Database, insertWhere } from '../../../platform/db.ts'
import { recoveryCodes, totps } from '../schema.ts'

export type Totp = typeof totps.$inferSelect

export const findTotp = (db: Database, userId: string): Promise<Totp | undefined> =>
  db.select().from(totps).where(eq(totps.userId, userId)).get()

/** Begins an enrolment, or begins it anew; a confirmed second factor stays as it is. */
export const putTotpStatement = (db: Database, row: Totp) =>
  db
    .insert(totps)
    .values(row)
    .onConflictDoUpdate({
      target: totps.userId,
      set: { sealedSecret: row.sealedSecret, lastStep: row.lastStep },
      setWhere: isNull(totps.confirmedAt),
    })

export const confirmTotpStatement = (db: Database, totp: Totp, confirmedAt: number, step: number) =>
  db
    .update(totps)
    .set({ confirmedAt, lastStep: step })
    .where(and(eq(totps.userId, totp.userId), eq(totps.sealedSecret, totp.sealedSecret), isNull(totps.confirmedAt)))

/** Uses up a code and all older ones: of two who show the same, one changes the row. */
export const spendStep = async (db: Database, userId: string, step: number): Promise<boolean> => {
  const used = await db
    .update(totps)
    .set({ lastStep: step })
    .where(and(eq(totps.userId, userId), lt(totps.lastStep, step)))
    .returning({ userId: totps.userId })
  return used.length > 0
}

export const spendRecoveryCode = async (db: Database, userId: string, digest: string): Promise<boolean> => {
  const used = await db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.digest, digest)))
    .returning({ userId: recoveryCodes.userId })
  return used.length > 0
}

export const insertRecoveryCodeStatement = (db: Database, userId: string, digest: string, condition: Condition) =>
  insertWhere(db, recoveryCodes, { userId, digest }, condition)

export const deleteRecoveryCodesStatement = (db: Database, userId: string) =>
  db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))

export const deleteTotpStatement = (db: Database, userId: string) =>
  db.delete(totps).where(and(eq(totps.userId, userId), isNotNull(totps.confirmedAt)))
