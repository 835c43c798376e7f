import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { roles } from '../../platform/access/contract.ts'
import { users } from '../users/index.ts'

export const organizations = sqliteTable('organizations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
})

export const members = sqliteTable(
  'members',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    role: text('role', { enum: roles }).notNull(),
    joinedAt: integer('joined_at').notNull(),
  },
  (table) => [
    uniqueIndex('members_organization_user').on(table.organizationId, table.userId),
    index('members_user').on(table.userId),
  ],
)

/** A mailed one-time link. Only the digest of its token is kept. */
export const invitations = sqliteTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    email: text('email').notNull(),
    role: text('role', { enum: roles }).notNull(),
    digest: text('digest').notNull().unique(),
    /** The inviter's name at that time. */
    invitedBy: text('invited_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** The person who joined by it. */
    acceptedBy: text('accepted_by'),
  },
  (table) => [uniqueIndex('invitations_organization_email').on(table.organizationId, table.email)],
)

export type Member = typeof members.$inferSelect
export type InvitationRow = typeof invitations.$inferSelect
