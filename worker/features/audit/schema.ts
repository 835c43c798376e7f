import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

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
