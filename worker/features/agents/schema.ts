import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { type HealthCauseName, healthStates } from '../health/contract.ts'
import { changeKinds, changeStates } from './changes/contract.ts'
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
    /** What people of the organization say of it; the gateway knows none of it. */
    displayName: text('display_name'),
    ownerId: text('owner_id'),
    resourceGroup: text('resource_group'),
    tags: text('tags', { mode: 'json' }).$type<string[]>().notNull().default([]),
    /** Counts the changes of these. */
    version: integer('version').notNull().default(1),
    /** Since when it is disabled; null while it is not. */
    disabledAt: integer('disabled_at'),
    disabledReason: text('disabled_reason'),
    /** What enabling puts back: a merge patch of the gateway's entry, sealed. */
    restore: text('restore'),
    /** Its own health, as far as its runs and jobs say; with its connector's it is what is shown. */
    health: text('health', { enum: healthStates }).notNull().default('healthy'),
    healthCauses: text('health_causes', { mode: 'json' }).$type<HealthCauseName[]>().notNull().default([]),
    healthSince: integer('health_since'),
    isFlapping: integer('is_flapping', { mode: 'boolean' }).notNull().default(false),
    /** The order of the kill switch that holds it, one of them where there are several; null while none does. */
    stopOrderId: text('stop_order_id'),
    stoppedAt: integer('stopped_at'),
  },
  (table) => [
    uniqueIndex('agents_by_external_id').on(table.connectorId, table.externalId),
    index('agents_by_organization').on(table.organizationId, table.id),
    index('agents_by_name').on(table.organizationId, table.name, table.id),
    index('agents_stopped').on(table.organizationId, table.stopOrderId).where(sql`stop_order_id is not null`),
    index('agents_by_activity').on(table.organizationId, table.lastActiveAt, table.id),
  ],
)

export type AgentRow = typeof agents.$inferSelect

/** The newest answer of a gateway to each question about an agent, for when it is away. */
export const agentFacts = sqliteTable(
  'agent_facts',
  {
    agentId: text('agent_id').notNull(),
    /** The question, with what it was about where there are many: `files.get:AGENTS.md`. */
    part: text('part').notNull(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** Sealed: a file may hold whatever its agent wrote into it. */
    sealed: text('sealed').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.agentId, table.part] }),
    index('agent_facts_by_connector').on(table.organizationId, table.connectorId, table.part, table.at),
  ],
)

/** What was ordered to be changed at a gateway, and what became of it. */
export const agentChanges = sqliteTable(
  'agent_changes',
  {
    /** Also the id of the command that carries it. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    agentId: text('agent_id').notNull(),
    connectorId: text('connector_id').notNull(),
    kind: text('kind', { enum: changeKinds }).notNull(),
    state: text('state', { enum: changeStates }).notNull(),
    /** What it touches: paths of the entry, the name of a file, the id of a job. Never a value. */
    touches: text('touches', { mode: 'json' }).$type<string[]>().notNull(),
    /** SHA-256 of what was changed. */
    before: text('before'),
    after: text('after'),
    reference: text('reference'),
    jobId: text('job_id'),
    failure: text('failure'),
    detail: text('detail'),
    /** Of a disable: why, and what enabling puts back, sealed. */
    reason: text('reason'),
    restore: text('restore'),
    orderedById: text('ordered_by_id').notNull(),
    orderedByName: text('ordered_by_name').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    deadline: integer('deadline').notNull(),
    endedAt: integer('ended_at'),
  },
  (table) => [
    index('agent_changes_by_agent').on(table.organizationId, table.agentId, table.id),
    index('agent_changes_made').on(table.connectorId).where(sql`kind = 'create'`),
    index('agent_changes_open').on(table.deadline).where(sql`state = 'ordered'`),
  ],
)
export type ChangeRow = typeof agentChanges.$inferSelect
