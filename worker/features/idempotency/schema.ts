import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What callers did under an Idempotency-Key: a claim first, and its answer once there is one. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    organizationId: text('organization_id').notNull(),
    /** Who, and with which abilities: an answer is repeated only to whoever could have had it. */
    caller: text('caller').notNull(),
    key: text('key').notNull(),
    /** Of method, path, query and body. */
    requestDigest: text('request_digest').notNull(),
    /** Names the one attempt that holds the claim. */
    attempt: text('attempt').notNull(),
    claimedAt: integer('claimed_at').notNull(),
    /** Null while the attempt runs. */
    answeredAt: integer('answered_at'),
    /** Sealed: status, headers and body. Null with `answeredAt` when it was too large to be kept. */
    answer: text('answer'),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.caller, table.key] }),
    index('idempotency_keys_by_expiry').on(table.expiresAt),
  ],
)
