import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

export type Database = DrizzleD1Database

export const databaseOf = (env: Env): Database => drizzle(env.DB)

/**
 * Inserts a row only if `condition` holds at that moment: D1 has no interactive transaction, so a batch decides its
 * races in its statements. For tables of text and integer columns, whose values travel as they are.
 */
export const insertWhere = <T extends SQLiteTable>(db: Database, table: T, row: T['$inferSelect'], condition: SQL) => {
  const values = Object.keys(getTableColumns(table)).map((name) => sql`${row[name as keyof T['$inferSelect']]}`)
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} where ${condition}`)
}
