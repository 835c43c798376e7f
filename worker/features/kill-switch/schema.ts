import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { drillStates, scopeKinds, stopStates, targetStates } from './contract.ts'

/** Who ordered what to be stopped, and who took it back. */
export const killOrders = sqliteTable(
  'kill_orders',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    scopeKind: text('scope_kind', { enum: scopeKinds }).notNull(),
    /** Id of the agent or connector, name of the group; null for the whole organization. */
    scopeRef: text('scope_ref'),
    /** What the scope was called when it was stopped; recovering asks for it. */
    scopeName: text('scope_name').notNull(),
    reason: text('reason').notNull(),
    policy: text('policy', { enum: ['report', 'stop_again'] }).notNull(),
    orderedById: text('ordered_by_id').notNull(),
    orderedByName: text('ordered_by_name').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    recoverById: text('recover_by_id'),
    recoverByName: text('recover_by_name'),
    recoverReason: text('recover_reason'),
    recoverAt: integer('recover_at'),
    /** When the last gateway was put back. */
    endedAt: integer('ended_at'),
    /** The budget whose limit ordered it; null for what a person ordered. */
    budgetId: text('budget_id'),
    /** Names what it was ordered for, so that it is ordered once. */
    onceKey: text('once_key'),
  },
  (table) => [
    index('kill_orders_by_organization').on(table.organizationId, table.id),
    index('kill_orders_open').on(table.organizationId, table.scopeKind).where(sql`recover_at is null`),
    uniqueIndex('kill_orders_once').on(table.organizationId, table.onceKey).where(sql`once_key is not null`),
  ],
)
export type KillOrderRow = typeof killOrders.$inferSelect

/** An order at one connector. */
export const killTargets = sqliteTable(
  'kill_targets',
  {
    orderId: text('order_id').notNull(),
    connectorId: text('connector_id').notNull(),
    organizationId: text('organization_id').notNull(),
    isAll: integer('is_all', { mode: 'boolean' }).notNull(),
    state: text('state', { enum: targetStates }).notNull(),
    /** Counts what the connector has to be told; `handedRevision` is the newest that its session keeps. */
    revision: integer('revision').notNull(),
    handedRevision: integer('handed_revision').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    deliveredAt: integer('delivered_at'),
    confirmedAt: integer('confirmed_at'),
    recoveredAt: integer('recovered_at'),
    failure: text('failure'),
    detail: text('detail'),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.connectorId] }),
    index('kill_targets_by_connector').on(table.organizationId, table.connectorId),
    index('kill_targets_to_hand_over').on(table.organizationId).where(sql`handed_revision < revision`),
  ],
)
export type KillTargetRow = typeof killTargets.$inferSelect

/** An agent under an order: what is wanted, and what was found at the gateway. */
export const killedAgents = sqliteTable(
  'killed_agents',
  {
    orderId: text('order_id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** The gateway's id. */
    externalId: text('external_id').notNull(),
    organizationId: text('organization_id').notNull(),
    agentId: text('agent_id'),
    state: text('state', { enum: stopStates }).notNull(),
    at: integer('at').notNull(),
    /** What the connector told last, whole: steps, digests, times. */
    told: text('told'),
    brokenCount: integer('broken_count').notNull().default(0),
    brokenAt: integer('broken_at'),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.connectorId, table.externalId] }),
    index('killed_agents_by_agent').on(table.agentId),
  ],
)
export type KilledAgentRow = typeof killedAgents.$inferSelect

export const killDrills = sqliteTable(
  'kill_drills',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    state: text('state', { enum: drillStates }).notNull(),
    orderedById: text('ordered_by_id').notNull(),
    orderedByName: text('ordered_by_name').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    deadline: integer('deadline').notNull(),
    endedAt: integer('ended_at'),
    report: text('report'),
    detail: text('detail'),
  },
  (table) => [
    index('kill_drills_by_organization').on(table.organizationId, table.id),
    index('kill_drills_by_connector').on(table.connectorId, table.id),
    index('kill_drills_open').on(table.deadline).where(sql`state = 'ordered'`),
  ],
)
export type KillDrillRow = typeof killDrills.$inferSelect
