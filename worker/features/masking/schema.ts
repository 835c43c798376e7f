import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { PutMasking } from './contract.ts'

/** What each organization masks, and the key of its pseudonyms, which is made with the row and stays. */
export const maskingPolicies = sqliteTable('masking_policies', {
  organizationId: text('organization_id').primaryKey(),
  /** 0: as every organization begins. */
  version: integer('version').notNull(),
  policy: text('policy', { mode: 'json' }).$type<PutMasking>().notNull(),
  sealedKey: text('sealed_key').notNull(),
  changedAt: integer('changed_at'),
  changedByName: text('changed_by_name'),
})

export type MaskingRow = typeof maskingPolicies.$inferSelect
