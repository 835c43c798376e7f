import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type DatabaseNamespace, objectDatabase } from './object-database.ts'

export type Database = DrizzleD1Database

/** One write of a batch. */
export type Statement = BatchItem<'sqlite'>
/** What must hold when a statement runs, as SQL. */
export type Condition = SQL

export const always: Condition = sql`true`
/** In a batch: holds when the statement before changed a row. */
export const landed: Condition = sql`changes() > 0`

export const bothHold = (one: Condition, other: Condition): Condition => sql`${one} and ${other}`

/** D1 in the cloud, an object of our own on one machine. */
type DatabaseBinding = D1Database | DatabaseNamespace

const databases = new WeakMap<DatabaseBinding, Database>()

/** One for each binding, so that what is prepared on it is prepared once. */
export const databaseOf = ({ DB }: { DB: DatabaseBinding }): Database => {
  const known = databases.get(DB) ?? drizzle('prepare' in DB ? DB : objectDatabase(DB))
  databases.set(DB, known)
  return known
}

/** Commits all of them or none, in their order. For lists whose length is not known; an empty one is nothing. */
export const commitAll = async (db: Database, statements: Statement[]): Promise<void> => {
  const [first, ...rest] = statements
  if (first) await db.batch([first, ...rest])
}

/**
 * Inserts a row only if `condition` holds at that moment: D1 has no interactive transaction, so a batch decides its
 * races in its statements.
 */
export const insertWhere = <T extends SQLiteTable>(
  db: Database,
  table: T,
  row: T['$inferSelect'],
  condition: Condition,
) => {
  const values = Object.entries(getTableColumns(table)).map(
    ([name, column]) => sql`${sql.param(row[name as keyof T['$inferSelect']], column)}`,
  )
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} where ${condition}`)
}
