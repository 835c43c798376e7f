import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { agentStates } from './contract.ts'

export const agents = sqliteTable(
  'agents',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    externalId: text('external_id').notNull(),
    name: text('name').notNull(),
    model: text('model'),
    workspace: text('workspace'),
    toolsProfile: text('tools_profile'),
    isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
    state: text('state', { enum: agentStates }).notNull(),
    /** Runs going on right now; a projection of the connector session's list. */
    openRuns: integer('open_runs').notNull().default(0),
    firstSeenAt: integer('first_seen_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    lastActiveAt: integer('last_active_at'),
  },
  (table) => [
    uniqueIndex('agents_by_external_id').on(table.connectorId, table.externalId),
    index('agents_by_organization').on(table.organizationId, table.id),
  ],
)

export type AgentRow = typeof agents.$inferSelect
