import { and, asc, eq, lte } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { auditOutbox } from './schema.ts'

export const waitingEvents = (db: Database, organizationId: string, limit: number) =>
  db
    .select()
    .from(auditOutbox)
    .where(eq(auditOutbox.organizationId, organizationId))
    .orderBy(asc(auditOutbox.position))
    .limit(limit)

export const deleteDrained = (db: Database, organizationId: string, through: number) =>
  db.delete(auditOutbox).where(and(eq(auditOutbox.organizationId, organizationId), lte(auditOutbox.position, through)))

export const organizationsWaiting = async (db: Database): Promise<string[]> => {
  const rows = await db.selectDistinct({ organizationId: auditOutbox.organizationId }).from(auditOutbox).limit(1_000)
  return rows.map((row) => row.organizationId)
}
