import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunQueries } from './database.ts'
import { root } from './root.ts'

const Names = z.array(z.object({ name: z.string() }))

/** Brings the database up to date. Each file is applied with its mark in one batch, so a crash leaves no half of it. */
export const applyMigrations = async (run: RunQueries): Promise<string[]> => {
  const query = (sql: string, ...params: string[]) => ({ sql, params })
  const [, marks] = await run([
    query(
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    ),
    query('SELECT name FROM d1_migrations'),
  ])
  const known = new Set(Names.parse(marks).map(({ name }) => name))
  const folder = join(root, 'migrations')
  const due = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !known.has(name))
    .sort()
  for (const name of due) {
    const statements = readFileSync(join(folder, name), 'utf8')
      .split('--> statement-breakpoint')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
    await run([
      ...statements.map((statement) => query(statement)),
      query('INSERT INTO d1_migrations (name) VALUES (?)', name),
    ])
  }
  return due
}
