import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import {
  type BudgetSettings,
  budgetPeriods,
  budgetScopes,
  happeningCauses,
  happeningKinds,
  limitActions,
} from './contract.ts'

export const budgets = sqliteTable(
  'budgets',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    name: text('name').notNull(),
    scopeKind: text('scope_kind', { enum: budgetScopes }).notNull(),
    /** Id of the agent, name of the group or model; null for the whole organization. */
    scopeRef: text('scope_ref'),
    period: text('period', { enum: budgetPeriods }).notNull(),
    timeZone: text('time_zone').notNull(),
    limitMicroUsd: integer('limit_micro_usd').notNull(),
    warnPercent: integer('warn_percent').notNull(),
    onLimit: text('on_limit', { enum: limitActions }).notNull(),
    raiseMicroUsd: integer('raise_micro_usd'),
    /** Grows with each change, the removal too; `handedVersion` is the newest that the ledger has. */
    version: integer('version').notNull(),
    handedVersion: integer('handed_version').notNull(),
    createdAt: integer('created_at').notNull(),
    changedAt: integer('changed_at').notNull(),
    changedByKind: text('changed_by_kind').notNull(),
    changedById: text('changed_by_id').notNull(),
    changedByName: text('changed_by_name').notNull(),
    removedAt: integer('removed_at'),
  },
  (table) => [
    index('budgets_by_organization').on(table.organizationId, table.id).where(sql`removed_at is null`),
    index('budgets_to_hand_over').on(table.organizationId).where(sql`handed_version < version`),
  ],
)
export type BudgetRow = typeof budgets.$inferSelect

/** Every version of every budget; rows are only ever added. */
export const budgetVersions = sqliteTable(
  'budget_versions',
  {
    budgetId: text('budget_id').notNull(),
    version: integer('version').notNull(),
    organizationId: text('organization_id').notNull(),
    /** Null: from here on it is removed. */
    settings: text('settings', { mode: 'json' }).$type<BudgetSettings>(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.budgetId, table.version] }),
    index('budget_versions_by_time').on(table.organizationId, table.changedAt),
  ],
)

/** What became of budgets, as the ledger told it; its key makes each happening one. */
export const budgetHappenings = sqliteTable(
  'budget_happenings',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    budgetId: text('budget_id').notNull(),
    at: integer('at').notNull(),
    kind: text('kind', { enum: happeningKinds }).notNull(),
    because: text('because', { enum: happeningCauses }).notNull(),
    action: text('action', { enum: [...limitActions, 'none'] }),
    periodStart: integer('period_start').notNull(),
    version: integer('version').notNull(),
    spentMicroUsd: integer('spent_micro_usd').notNull(),
    allowedMicroUsd: integer('allowed_micro_usd').notNull(),
    amountMicroUsd: integer('amount_micro_usd'),
    reason: text('reason'),
    approvalId: text('approval_id'),
    byKind: text('by_kind'),
    byId: text('by_id'),
    byName: text('by_name'),
  },
  (table) => [index('budget_happenings_by_budget').on(table.organizationId, table.budgetId, table.at, table.id)],
)
export type BudgetHappeningRow = typeof budgetHappenings.$inferSelect

/**
 * Budgets at or over their warning in a period that goes on: what health shows, a projection of the ledger. Budgets that
 * are not, or not any more, have no row.
 */
export const budgetAlerts = sqliteTable(
  'budget_alerts',
  {
    budgetId: text('budget_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** Counts what the ledger told of it: an older telling changes nothing. */
    revision: integer('revision').notNull(),
    state: text('state', { enum: ['ok', 'warned', 'exceeded'] }).notNull(),
    since: integer('since').notNull(),
    until: integer('until').notNull(),
  },
  (table) => [index('budget_alerts_standing').on(table.organizationId, table.until).where(sql`state <> 'ok'`)],
)
