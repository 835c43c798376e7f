import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { versionSources } from './contract.ts'

/** What a file of an agent's memory was, each time it was another than before. */
export const memoryVersions = sqliteTable(
  'memory_versions',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    agentId: text('agent_id').notNull(),
    connectorId: text('connector_id').notNull(),
    path: text('path').notNull(),
    /** SHA-256 of the file at its gateway; null where it was gone. */
    hash: text('hash'),
    /** SHA-256 of what is kept of it, which has no secrets: the name of its content. */
    digest: text('digest'),
    sizeBytes: integer('size_bytes').notNull(),
    redactions: integer('redactions').notNull(),
    source: text('source', { enum: versionSources }).notNull(),
    authorId: text('author_id'),
    authorName: text('author_name'),
    /** Of what was written from here: it counts once this change is confirmed. */
    changeId: text('change_id'),
    /** The version that this one brings back. */
    restoredFrom: text('restored_from'),
    at: integer('at').notNull(),
    /** When it was still so, as far as anybody looked. */
    seenAt: integer('seen_at').notNull(),
  },
  (table) => [
    index('memory_versions_by_path').on(table.organizationId, table.agentId, table.path, table.id),
    index('memory_versions_by_connector').on(table.organizationId, table.connectorId),
  ],
)
export type VersionRow = typeof memoryVersions.$inferSelect

/** The texts of the versions, each once for an agent however often it comes back. */
export const memoryContents = sqliteTable(
  'memory_contents',
  {
    agentId: text('agent_id').notNull(),
    digest: text('digest').notNull(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    sealed: text('sealed').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.agentId, table.digest] }),
    index('memory_contents_by_connector').on(table.organizationId, table.connectorId),
  ],
)
