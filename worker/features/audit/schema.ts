import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { SavedQuery } from './searches/contract.ts'

/**
 * Events that committed together with their change and wait for the audit sequence. `position` makes drain order
 * commit order. No foreign keys: an event outlives what it tells about.
 */
export const auditOutbox = sqliteTable('audit_outbox', {
  position: integer('position').primaryKey({ autoIncrement: true }),
  organizationId: text('organization_id').notNull(),
  body: text('body').notNull(),
  /** When it was set aside as unreadable; the sequence tells of it in its place, and the row is kept. */
  setAsideAt: integer('set_aside_at'),
})

/** Searches that people keep, for themselves or for their organization. */
export const auditSearches = sqliteTable(
  'audit_searches',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** The person who saved it. */
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    query: text('query', { mode: 'json' }).$type<SavedQuery>().notNull(),
    isShared: integer('is_shared', { mode: 'boolean' }).notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [
    uniqueIndex('audit_searches_by_owner').on(table.organizationId, table.ownerId, table.name),
    index('audit_searches_shared').on(table.organizationId, table.isShared),
  ],
)

export type SearchRow = typeof auditSearches.$inferSelect
