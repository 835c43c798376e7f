import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Tree } from '../connectors/link/questions/contract.ts'
import { changeKinds, changeStates, jobStates } from './contract.ts'

/** The jobs of all gateways as these told them; the gateway owns each, this is what is known here. */
export const cronJobs = sqliteTable(
  'cron_jobs',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    externalId: text('external_id').notNull(),
    agentId: text('agent_id'),
    name: text('name').notNull(),
    description: text('description'),
    schedule: text('schedule', { mode: 'json' }).$type<Tree>().notNull(),
    payloadKind: text('payload_kind').notNull(),
    /** Sealed: what an agent is told may hold anything. */
    message: text('message'),
    sessionTarget: text('session_target'),
    revision: text('revision'),
    isManaged: integer('is_managed', { mode: 'boolean' }).notNull(),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull(),
    isAutoDisabled: integer('is_auto_disabled', { mode: 'boolean' }).notNull().default(false),
    nextRunAt: integer('next_run_at'),
    lastRunAt: integer('last_run_at'),
    lastStatus: text('last_status'),
    /** Masked. */
    lastError: text('last_error'),
    runningSince: integer('running_since'),
    consecutiveFailures: integer('consecutive_failures').notNull().default(0),
    state: text('state', { enum: jobStates }).notNull(),
    /** SHA-256 of what its gateway told, so that what is the same is not written again. */
    digest: text('digest').notNull(),
    firstSeenAt: integer('first_seen_at').notNull(),
    /** By the connector's clock: what was told earlier does not take its place. */
    seenAt: integer('seen_at').notNull(),
    /** Ours. */
    failureThreshold: integer('failure_threshold'),
    failingSince: integer('failing_since'),
    /** The due moment of which it was said that nothing ran. */
    missedAt: integer('missed_at'),
  },
  (table) => [
    uniqueIndex('cron_jobs_by_external_id').on(table.connectorId, table.externalId),
    index('cron_jobs_by_name').on(table.organizationId, table.name, table.id),
    index('cron_jobs_by_agent').on(table.organizationId, table.agentId),
    index('cron_jobs_failing').on(table.organizationId, table.failingSince).where(sql`failing_since is not null`),
    index('cron_jobs_due').on(table.nextRunAt).where(sql`next_run_at is not null`),
  ],
)
export type JobRow = typeof cronJobs.$inferSelect

/** When each gateway told a whole list of its jobs last, by its connector's clock: what it did not name then was not there. */
export const cronLists = sqliteTable('cron_lists', {
  connectorId: text('connector_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  at: integer('at').notNull(),
})

/** Runs that were told, kept for when the gateway is away or has forgotten them. Job and start name one. */
export const cronRuns = sqliteTable(
  'cron_runs',
  {
    connectorId: text('connector_id').notNull(),
    externalId: text('external_id').notNull(),
    at: integer('at').notNull(),
    organizationId: text('organization_id').notNull(),
    agentId: text('agent_id'),
    jobName: text('job_name').notNull(),
    status: text('status').notNull(),
    durationMs: integer('duration_ms'),
    /** Both masked. */
    summary: text('summary'),
    error: text('error'),
    sessionKey: text('session_key'),
    traceId: text('trace_id'),
    model: text('model'),
    inputTokens: integer('input_tokens'),
    outputTokens: integer('output_tokens'),
  },
  (table) => [
    primaryKey({ columns: [table.connectorId, table.externalId, table.at] }),
    index('cron_runs_by_time').on(table.organizationId, table.at),
    index('cron_runs_by_age').on(table.at),
  ],
)
export type RunRow = typeof cronRuns.$inferSelect

/** What was ordered to be changed, in its order; what waits for its gateway, and what fits no more. */
export const cronChanges = sqliteTable(
  'cron_changes',
  {
    /** Also the id of the command that carries it. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    agentId: text('agent_id'),
    /** Of an addition: how its gateway calls the agent. */
    agent: text('agent'),
    jobId: text('job_id'),
    externalId: text('external_id'),
    jobName: text('job_name').notNull(),
    kind: text('kind', { enum: changeKinds }).notNull(),
    state: text('state', { enum: changeStates }).notNull(),
    /** Sealed: the patch, and the job as it was when the change was made. */
    sealed: text('sealed').notNull(),
    baseRevision: text('base_revision'),
    merged: integer('merged').notNull().default(0),
    /** Counts what happened to it, so that two who change it at once do not both. */
    version: integer('version').notNull().default(1),
    orderedById: text('ordered_by_id').notNull(),
    orderedByName: text('ordered_by_name').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    failure: text('failure'),
    detail: text('detail'),
    reference: text('reference'),
  },
  (table) => [
    index('cron_changes_by_organization').on(table.organizationId, table.id),
    index('cron_changes_open').on(table.connectorId, table.id).where(sql`state in ('waiting', 'sent', 'conflict')`),
    index('cron_changes_due').on(table.expiresAt).where(sql`state in ('waiting', 'sent', 'conflict')`),
    // A job has at most one change that waits and one that is with the connector or in conflict.
    uniqueIndex('cron_changes_waiting').on(table.jobId).where(sql`state = 'waiting' and kind <> 'run'`),
    uniqueIndex('cron_changes_under_way').on(table.jobId).where(sql`state in ('sent', 'conflict') and kind <> 'run'`),
  ],
)
export type ChangeRow = typeof cronChanges.$inferSelect

export const cronSettings = sqliteTable('cron_settings', {
  organizationId: text('organization_id').primaryKey(),
  failureThreshold: integer('failure_threshold').notNull(),
  version: integer('version').notNull().default(1),
})
