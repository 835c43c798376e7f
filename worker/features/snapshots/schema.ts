import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { risks } from '../../platform/contract.ts'
import { type CategoryCount, snapshotCauses, snapshotScopes } from './contract.ts'

/** What an agent was, version by version. A row is never changed. */
export const snapshots = sqliteTable(
  'snapshots',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** Of `gateway_config` the connector: `subjectOf` says whose versions they are. */
    agentId: text('agent_id').notNull(),
    connectorId: text('connector_id').notNull(),
    scope: text('scope', { enum: snapshotScopes }).notNull(),
    /** From 1, without a gap, for each agent and scope. */
    version: integer('version').notNull(),
    /** SHA-256 of the content's canonical JSON (RFC 8785); names it in `snapshot_contents`. */
    hash: text('hash').notNull(),
    cause: text('cause', { enum: snapshotCauses }).notNull(),
    /** Null where nobody knows: it was changed at the gateway. */
    authorId: text('author_id'),
    authorName: text('author_name'),
    changeId: text('change_id'),
    approvalId: text('approval_id'),
    traceId: text('trace_id'),
    /** Of a rollback, or of a change that was a part of one: the version that it went back to. */
    restores: integer('restores'),
    /** Of what it changed in the version before; null of a first one, and of those that were made before this was kept. */
    risk: text('risk', { enum: risks }),
    /** How many changes of which categories; null as `risk` is. */
    changes: text('changes', { mode: 'json' }).$type<CategoryCount[]>(),
    /** When the gateway said so. */
    at: integer('at').notNull(),
  },
  (table) => [
    uniqueIndex('snapshots_by_version').on(table.agentId, table.scope, table.version),
    index('snapshots_by_agent').on(table.organizationId, table.agentId, table.at),
  ],
)
export type SnapshotRow = typeof snapshots.$inferSelect

/** Equal content of an organization stands here once. */
export const snapshotContents = sqliteTable(
  'snapshot_contents',
  {
    organizationId: text('organization_id').notNull(),
    hash: text('hash').notNull(),
    /** Compressed where that is shorter, then sealed. */
    sealed: text('sealed').notNull(),
    /** Bytes of the canonical JSON. */
    size: integer('size').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.hash] })],
)

/** When the configuration of a connector's gateway is to be looked at next. */
export const snapshotChecks = sqliteTable(
  'snapshot_checks',
  {
    connectorId: text('connector_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (table) => [index('snapshot_checks_due').on(table.dueAt)],
)

/** When the files of an agent and what it depends on are to be looked at next: nobody tells when those change. */
export const snapshotAgentChecks = sqliteTable(
  'snapshot_agent_checks',
  {
    agentId: text('agent_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (table) => [index('snapshot_agent_checks_due').on(table.dueAt)],
)

/** What an organization does not want to be told as drift, beside what every gateway writes by itself. */
export const driftIgnores = sqliteTable('drift_ignores', {
  organizationId: text('organization_id').primaryKey(),
  version: integer('version').notNull(),
  patterns: text('patterns', { mode: 'json' }).$type<string[]>().notNull(),
  changedAt: integer('changed_at').notNull(),
  changedByName: text('changed_by_name'),
})
export type DriftIgnoresRow = typeof driftIgnores.$inferSelect
