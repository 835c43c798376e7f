import { and, asc, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { prepareOnce } from '../../platform/prepared.ts'
import { auditOutbox } from './schema.ts'

export type WaitingRow = typeof auditOutbox.$inferSelect

/** Positions travel as one parameter, however many they are. */
const isOneOf = (positions: number[]) =>
  sql`${auditOutbox.position} in (select value from json_each(${JSON.stringify(positions)}))`

export const waitingEvents = (db: Database, organizationId: string, limit: number): Promise<WaitingRow[]> =>
  waiting(db, { organizationId, limit }).run()

const { placeholder } = sql
const waitsIn = and(eq(auditOutbox.organizationId, placeholder('organizationId')), isNull(auditOutbox.setAsideAt))

const waiting = prepareOnce<{ organizationId: string; limit: number }, WaitingRow[]>((db) =>
  db.select().from(auditOutbox).where(waitsIn).orderBy(asc(auditOutbox.position)).limit(placeholder('limit')),
)

export const setAsideStatement = (db: Database, positions: number[], now: number) =>
  db.update(auditOutbox).set({ setAsideAt: now }).where(isOneOf(positions))

/** What was set aside stays. */
export const deleteDrainedStatement = prepareOnce<{ organizationId: string; through: number }, D1Result>((db) =>
  db.delete(auditOutbox).where(and(waitsIn, lte(auditOutbox.position, placeholder('through')))),
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
