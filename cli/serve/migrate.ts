import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { root } from './root.ts'

/** Brings the database up to date. Each file is applied with its mark in one batch, so a crash leaves no half of it. */
export const applyMigrations = async (miniflare: Miniflare): Promise<string[]> => {
  const database = await miniflare.getD1Database('DB')
  await database.exec(
    'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
  )
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const known = new Set(results.map(({ name }) => name))
  const folder = join(root, 'migrations')
  const due = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !known.has(name))
    .sort()
  for (const name of due) {
    const statements = readFileSync(join(folder, name), 'utf8')
      .split('--> statement-breakpoint')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
  return due
}
