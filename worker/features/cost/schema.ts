import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What each agent used of each model on a day of UTC: a projection of the ledger, which writes whole rows. */
export const costDays = sqliteTable(
  'cost_days',
  {
    organizationId: text('organization_id').notNull(),
    /** YYYY-MM-DD. */
    day: text('day').notNull(),
    connectorId: text('connector_id').notNull(),
    /** The gateway's id of the agent. */
    agent: text('agent').notNull(),
    /** Empty: nobody told which. */
    model: text('model').notNull(),
    runs: integer('runs').notNull(),
    unpricedRuns: integer('unpriced_runs').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    costMicroUsd: integer('cost_micro_usd').notNull(),
    /** Only grows: an older telling changes nothing. */
    revision: integer('revision').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.day, table.connectorId, table.agent, table.model] })],
)
