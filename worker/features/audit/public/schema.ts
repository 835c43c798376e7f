import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Where verifiers without an account read an organization's log: a row only while it is open. */
export const auditPublicAddresses = sqliteTable('audit_public_addresses', {
  organizationId: text('organization_id').primaryKey(),
  /** Unguessable, and another one each time it is opened. */
  token: text('token').notNull().unique(),
  openedAt: integer('opened_at').notNull(),
  openedByName: text('opened_by_name').notNull(),
})
