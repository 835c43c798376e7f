import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type HealthCauseName, healthStates } from '../health/contract.ts'
import { connectorStates } from './contract.ts'
import type { CommandGroup } from './link/commands/contract.ts'

export const connectors = sqliteTable(
  'connectors',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    name: text('name').notNull(),
    state: text('state', { enum: connectorStates }).notNull().default('created'),
    tokenDigest: text('token_digest').notNull(),
    tokenHint: text('token_hint').notNull(),
    version: text('version'),
    platform: text('platform'),
    groups: text('groups', { mode: 'json' }).$type<CommandGroup[]>().notNull().default([]),
    gatewayConnected: integer('gateway_connected', { mode: 'boolean' }).notNull().default(false),
    gatewayVersion: text('gateway_version'),
    gatewayBootId: text('gateway_boot_id'),
    gatewayDetail: text('gateway_detail'),
    clockSkewMs: integer('clock_skew_ms'),
    createdAt: integer('created_at').notNull(),
    connectedAt: integer('connected_at'),
    lastSeenAt: integer('last_seen_at'),
    /** As its session judged it last; whether it is connected at all says `state`. */
    health: text('health', { enum: healthStates }).notNull().default('healthy'),
    healthCauses: text('health_causes', { mode: 'json' }).$type<HealthCauseName[]>().notNull().default([]),
    healthSince: integer('health_since'),
    isFlapping: integer('is_flapping', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [index('connectors_by_organization').on(table.organizationId, table.id)],
)

export type ConnectorRow = typeof connectors.$inferSelect
