import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Rule } from './contract.ts'

/** Every version of every organization's rule set; rows are only ever added, and the highest version is in force. */
export const ruleSets = sqliteTable(
  'rule_sets',
  {
    organizationId: text('organization_id').notNull(),
    version: integer('version').notNull(),
    rules: text('rules', { mode: 'json' }).$type<Rule[]>().notNull(),
    note: text('note').notNull(),
    changedByKind: text('changed_by_kind').notNull(),
    changedById: text('changed_by_id').notNull(),
    changedByName: text('changed_by_name').notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.version] })],
)

export type RuleSetRow = typeof ruleSets.$inferSelect
