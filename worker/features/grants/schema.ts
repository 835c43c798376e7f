import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { type GrantPattern, gatewayGrantStates } from './contract.ts'

export const grants = sqliteTable(
  'grants',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    pattern: text('pattern', { mode: 'json' }).$type<GrantPattern>().notNull(),
    agentId: text('agent_id'),
    connectorId: text('connector_id'),
    approvalId: text('approval_id'),
    createdByKind: text('created_by_kind', { enum: ['member', 'api_key', 'gateway'] }).notNull(),
    createdById: text('created_by_id').notNull(),
    createdByName: text('created_by_name').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    usesMax: integer('uses_max'),
    uses: integer('uses').notNull().default(0),
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
    revokedById: text('revoked_by_id'),
    revokedByName: text('revoked_by_name'),
    revokeReason: text('revoke_reason'),
    /** When it stopped answering requests, whyever; null while it may. What is past its time is ended by the clock. */
    endedAt: integer('ended_at'),
    gateway: text('gateway', { enum: gatewayGrantStates }).notNull().default('none'),
    /** How the gateway calls its own record of it. */
    gatewayRef: text('gateway_ref'),
    /** When `gateway` last changed, by our clock. */
    gatewayAt: integer('gateway_at'),
  },
  (table) => [
    index('grants_by_organization').on(table.organizationId, table.id),
    index('grants_in_force').on(table.organizationId, table.endedAt, table.agentId),
    index('grants_by_end').on(table.endedAt, table.expiresAt),
    index('grants_at_gateway').on(table.connectorId, table.gateway),
    uniqueIndex('grants_by_gateway_ref').on(table.connectorId, table.gatewayRef),
  ],
)

export type GrantRow = typeof grants.$inferSelect
