import { and, asc, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { auditOutbox } from './schema.ts'

export type WaitingRow = typeof auditOutbox.$inferSelect

/** Positions travel as one parameter, however many they are. */
const isOneOf = (positions: number[]) =>
  sql`${auditOutbox.position} in (select value from json_each(${JSON.stringify(positions)}))`

export const waitingEvents = (db: Database, organizationId: string, limit: number) =>
  db
    .select()
    .from(auditOutbox)
    .where(and(eq(auditOutbox.organizationId, organizationId), isNull(auditOutbox.setAsideAt)))
    .orderBy(asc(auditOutbox.position))
    .limit(limit)

export const setAsideStatement = (db: Database, positions: number[], now: number) =>
  db.update(auditOutbox).set({ setAsideAt: now }).where(isOneOf(positions))

/** What was set aside stays. */
export const deleteDrainedStatement = (db: Database, organizationId: string, through: number) =>
  db
    .delete(auditOutbox)
    .where(
      and(
        eq(auditOutbox.organizationId, organizationId),
        lte(auditOutbox.position, through),
        isNull(auditOutbox.setAsideAt),
      ),
    )

export const organizationsWaiting = async (db: Database): Promise<string[]> => {
  const rows = await db
    .selectDistinct({ organizationId: auditOutbox.organizationId })
    .from(auditOutbox)
    .where(isNull(auditOutbox.setAsideAt))
    .limit(1_000)
  return rows.map((row) => row.organizationId)
}

/** The oldest rows that nobody could read, of all organizations. */
export const rowsSetAside = (db: Database, limit: number) =>
  db.select().from(auditOutbox).where(isNotNull(auditOutbox.setAsideAt)).orderBy(asc(auditOutbox.position)).limit(limit)

export const takeBack = (db: Database, positions: number[]) =>
  db.update(auditOutbox).set({ setAsideAt: null }).where(isOneOf(positions))
