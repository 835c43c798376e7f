import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { EventFilter } from './contract.ts'
import type { SavedQuery } from './searches/contract.ts'
import type { FailingReason, StreamFormat, StreamKind, StreamState } from './streams/contract.ts'

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

/** Searches that people keep, for themselves or for their organization. */
export const auditSearches = sqliteTable(
  'audit_searches',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** The person who saved it. */
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    query: text('query', { mode: 'json' }).$type<SavedQuery>().notNull(),
    isShared: integer('is_shared', { mode: 'boolean' }).notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [
    uniqueIndex('audit_searches_by_owner').on(table.organizationId, table.ownerId, table.name),
    index('audit_searches_shared').on(table.organizationId, table.isShared),
  ],
)

export type SearchRow = typeof auditSearches.$inferSelect

/**
 * Ways by which events leave for a system outside. How far each one is stands in its object. `run` and `startAfter` say
 * where it has to begin: an object that has not seen the run yet begins there.
 */
export const auditStreams = sqliteTable(
  'audit_streams',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    name: text('name').notNull(),
    kind: text('kind').$type<StreamKind>().notNull(),
    url: text('url').notNull(),
    body: text('body').$type<'lines' | 'array'>(),
    headerName: text('header_name'),
    /** Sealed: the webhook's signing secret, Splunk's token, or the value of the header. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousUntil: integer('previous_until'),
    format: text('format').$type<StreamFormat>().notNull(),
    filter: text('filter', { mode: 'json' }).$type<EventFilter>().notNull(),
    batchSize: integer('batch_size').notNull(),
    state: text('state').$type<StreamState>().notNull(),
    failingReason: text('failing_reason').$type<FailingReason>(),
    /** Kept when it is resumed, until it has delivered again. */
    failingSince: integer('failing_since'),
    version: integer('version').notNull(),
    run: integer('run').notNull(),
    startAfter: integer('start_after').notNull(),
    createdAt: integer('created_at').notNull(),
    createdByName: text('created_by_name').notNull(),
  },
  (table) => [
    index('audit_streams_by_organization').on(table.organizationId),
    index('audit_streams_by_state').on(table.state),
  ],
)

export type StreamRow = typeof auditStreams.$inferSelect
/** Where verifiers without an account read an organization's log: a row only while it is open. */
export const auditPublicAddresses = sqliteTable('audit_public_addresses', {
  organizationId: text('organization_id').primaryKey(),
  /** Unguessable, and another one each time it is opened. */
  token: text('token').notNull().unique(),
  openedAt: integer('opened_at').notNull(),
  openedByName: text('opened_by_name').notNull(),
})
