import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type HealthCause, healthStates } from './contract.ts'

/** Each change of health that was told, of an agent or, without one, of a connector. */
export const healthChanges = sqliteTable(
  'health_changes',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    agentId: text('agent_id'),
    state: text('state', { enum: healthStates }).notNull(),
    causes: text('causes', { mode: 'json' }).$type<HealthCause[]>().notNull(),
    isFlapping: integer('is_flapping', { mode: 'boolean' }).notNull(),
    at: integer('at').notNull(),
  },
  (table) => [
    index('health_changes_by_subject').on(table.organizationId, table.connectorId, table.agentId, table.at, table.id),
    index('health_changes_by_time').on(table.at),
  ],
)
export type HealthChangeRow = typeof healthChanges.$inferSelect
