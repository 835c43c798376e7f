import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Hits of the current window of each bucket. */
export const rateLimits = sqliteTable(
  'rate_limits',
  {
    bucket: text('bucket').primaryKey(),
    windowEndsAt: integer('window_ends_at').notNull(),
    hits: integer('hits').notNull(),
  },
  (table) => [index('rate_limits_end').on(table.windowEndsAt)],
)
