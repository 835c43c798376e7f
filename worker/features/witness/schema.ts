import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** The key with which an organization cosigns the logs of others. */
export const witnessKeys = sqliteTable('witness_keys', {
  organizationId: text('organization_id').primaryKey(),
  /** The name on its signature lines: set with the key and the same for good. */
  name: text('name').notNull(),
  /** 32 bytes, base64. */
  publicKey: text('public_key').notNull(),
  sealed: text('sealed').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** The logs whose checkpoints an organization cosigns, each with what it has cosigned last. */
export const witnessedLogs = sqliteTable(
  'witnessed_logs',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    origin: text('origin').notNull(),
    /** Verifier keys, any of which has to have signed. */
    vkeys: text('vkeys', { mode: 'json' }).$type<string[]>().notNull(),
    size: integer('size').notNull(),
    /** RFC 6962 root of that size, base64. */
    root: text('root').notNull(),
    /** The signed note of that tree with our cosignature, as monitors read it. */
    note: text('note'),
    cosignedAt: integer('cosigned_at'),
    /** When it first signed another tree of a size that had been cosigned. */
    contradictedAt: integer('contradicted_at'),
    createdAt: integer('created_at').notNull(),
    /** A log that is removed is cosigned no more; what was cosigned is remembered, for the day it comes back. */
    removedAt: integer('removed_at'),
  },
  (table) => [uniqueIndex('witnessed_logs_by_origin').on(table.organizationId, table.origin)],
)

export type WitnessKeyRow = typeof witnessKeys.$inferSelect
export type WitnessedLogRow = typeof witnessedLogs.$inferSelect
