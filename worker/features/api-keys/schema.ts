import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    name: text('name').notNull(),
    digest: text('digest').notNull(),
    /** Enough of the key to recognise it by. */
    hint: text('hint').notNull(),
    /** Capabilities separated by spaces. */
    scopes: text('scopes').notNull(),
    /** Whose role bounds the scopes each time the key is used. */
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
  },
  (table) => [index('api_keys_organization').on(table.organizationId)],
)

export type ApiKeyRow = typeof apiKeys.$inferSelect
