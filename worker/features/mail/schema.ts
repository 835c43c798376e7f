import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const mailStates = ['kept', 'queued', 'sent', 'failed'] as const

export const mails = sqliteTable(
  'mails',
  {
    id: text('id').primaryKey(),
    to: text('to').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    state: text('state', { enum: mailStates }).notNull(),
    error: text('error'),
    attempts: integer('attempts').notNull(),
    /** When a queued mail may be tried (again). */
    dueAt: integer('due_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('mails_due').on(table.state, table.dueAt)],
)

export type Mail = typeof mails.$inferSelect
