import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { risks } from '../../platform/contract.ts'
import { type Approval, approvalStates, decisionOutcomes } from './contract.ts'

export const approvals = sqliteTable(
  'approvals',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** The approval's id in its gateway. */
    externalId: text('external_id').notNull(),
    source: text('source', { enum: ['openclaw.exec', 'openclaw.plugin'] }).notNull(),
    agentId: text('agent_id'),
    sessionKey: text('session_key'),
    traceId: text('trace_id'),
    state: text('state', { enum: approvalStates }).notNull(),
    stateReason: text('state_reason'),
    risk: text('risk', { enum: risks }).notNull(),
    riskReasons: text('risk_reasons', { mode: 'json' }).$type<Approval['riskReasons']>().notNull(),
    command: text('command').notNull(),
    cwd: text('cwd'),
    host: text('host'),
    resolvedPath: text('resolved_path'),
    warnings: text('warnings', { mode: 'json' }).$type<string[]>().notNull(),
    allowedOutcomes: text('allowed_outcomes', { mode: 'json' }).$type<Approval['allowedOutcomes']>().notNull(),
    digest: text('digest').notNull(),
    outcome: text('outcome', { enum: decisionOutcomes }),
    decidedByKind: text('decided_by_kind', { enum: ['member', 'api_key', 'gateway'] }),
    decidedById: text('decided_by_id'),
    decidedByName: text('decided_by_name'),
    reason: text('reason'),
    requestedAt: integer('requested_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    decidedAt: integer('decided_at'),
    deliveredAt: integer('delivered_at'),
    confirmedAt: integer('confirmed_at'),
  },
  (table) => [
    uniqueIndex('approvals_by_external_id').on(table.connectorId, table.externalId),
    index('approvals_by_organization').on(table.organizationId, table.id),
    index('approvals_by_state').on(table.state, table.expiresAt),
  ],
)

export type ApprovalRow = typeof approvals.$inferSelect
