import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** People. How they prove who they are belongs to auth, what they may do belongs to organizations. */
export const users = sqliteTable('users', {
  id: text('id').primaryKey(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  name: text('name').notNull(),
  emailVerifiedAt: integer('email_verified_at'),
  createdAt: integer('created_at').notNull(),
})

export type User = typeof users.$inferSelect
