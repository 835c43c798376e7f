import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { PackageSection } from '../../../cbpkg/contract.ts'
import { artifactCauses, artifactStates } from './contract.ts'
import { drillStates } from './drills/contract.ts'
import { restoreStates, restoreSteps } from './restores/contract.ts'

/** A package: what is known of it. Its bytes are in the bucket, and nobody here can read them. */
export const artifacts = sqliteTable(
  'artifacts',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** Kept here as well: what was saved outlives the connector it was saved from. */
    connectorName: text('connector_name').notNull(),
    state: text('state', { enum: artifactStates }).notNull(),
    cause: text('cause', { enum: artifactCauses }).notNull(),
    scheduleId: text('schedule_id'),
    /** From here on null until somebody has made the package. */
    packageId: text('package_id'),
    intent: text('intent', { enum: ['backup', 'clone', 'share'] }),
    hasSecrets: integer('has_secrets', { mode: 'boolean' }),
    madeAt: integer('made_at'),
    size: integer('size'),
    /** Of the file, hex. */
    sha256: text('sha256'),
    manifestHash: text('manifest_hash'),
    agents: integer('agents'),
    entries: integer('entries'),
    missing: integer('missing'),
    createdById: text('created_by_id').notNull(),
    createdByName: text('created_by_name').notNull(),
    createdAt: integer('created_at').notNull(),
    /** When what is not stored by then is given up. */
    deadline: integer('deadline').notNull(),
    /** Of one that a connector makes: when its session had the order. */
    handedOverAt: integer('handed_over_at'),
    storedAt: integer('stored_at'),
    /** When it was last opened and found whole. */
    provenAt: integer('proven_at'),
    failure: text('failure'),
    detail: text('detail'),
  },
  (table) => [
    index('artifacts_by_organization').on(table.organizationId, table.id),
    index('artifacts_by_connector').on(table.connectorId, table.state, table.storedAt),
    index('artifacts_open').on(table.deadline).where(sql`state in ('ordered', 'uploading')`),
    index('artifacts_leaving').on(table.id).where(sql`state = 'deleting'`),
    uniqueIndex('artifacts_by_file')
      .on(table.connectorId, table.sha256)
      .where(sql`state in ('uploading', 'stored', 'lost') and cause in ('manual', 'checkpoint')`),
    uniqueIndex('artifacts_one_at_once')
      .on(table.connectorId)
      .where(sql`state in ('ordered', 'uploading') and cause in ('ordered', 'scheduled')`),
  ],
)
export type ArtifactRow = typeof artifacts.$inferSelect

/** What a package says of itself, in the clear: names, sizes and keyed digests, no content. */
export const artifactManifests = sqliteTable('artifact_manifests', {
  artifactId: text('artifact_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  header: text('header').notNull(),
  manifest: text('manifest').notNull(),
})

/** At most one for each connector. */
export const backupSchedules = sqliteTable(
  'backup_schedules',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull(),
    /** `HH:MM` in the time zone. */
    at: text('at').notNull(),
    timeZone: text('time_zone').notNull(),
    keepDaily: integer('keep_daily').notNull(),
    keepWeekly: integer('keep_weekly').notNull(),
    keepMonthly: integer('keep_monthly').notNull(),
    drill: text('drill', { enum: ['never', 'daily', 'weekly', 'monthly'] }).notNull(),
    version: integer('version').notNull(),
    changedAt: integer('changed_at').notNull(),
    changedByName: text('changed_by_name').notNull(),
    /** When the next one has to be made. In the past it is late. */
    nextAt: integer('next_at').notNull(),
    nextDrillAt: integer('next_drill_at'),
    /** Something was stored since it was last looked at what no rule keeps any more. */
    isSweepDue: integer('is_sweep_due', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    uniqueIndex('backup_schedules_by_connector').on(table.connectorId),
    index('backup_schedules_by_organization').on(table.organizationId, table.id),
    index('backup_schedules_due').on(table.nextAt).where(sql`is_enabled = 1`),
    index('backup_schedules_drills').on(table.nextDrillAt).where(sql`is_enabled = 1`),
    index('backup_schedules_sweep').on(table.id).where(sql`is_sweep_due = 1`),
  ],
)
export type BackupScheduleRow = typeof backupSchedules.$inferSelect

/** Each time a connector opened an artifact to see whether it can. */
export const artifactDrills = sqliteTable(
  'artifact_drills',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    artifactId: text('artifact_id').notNull(),
    connectorId: text('connector_id').notNull(),
    state: text('state', { enum: drillStates }).notNull(),
    orderedById: text('ordered_by_id').notNull(),
    orderedByName: text('ordered_by_name').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    deadline: integer('deadline').notNull(),
    handedOverAt: integer('handed_over_at'),
    endedAt: integer('ended_at'),
    entries: integer('entries'),
    bytes: integer('bytes'),
    durationMs: integer('duration_ms'),
    failure: text('failure'),
    detail: text('detail'),
  },
  (table) => [
    index('artifact_drills_by_organization').on(table.organizationId, table.id),
    index('artifact_drills_by_artifact').on(table.artifactId, table.id),
    index('artifact_drills_open').on(table.deadline).where(sql`state = 'ordered'`),
  ],
)
export type ArtifactDrillRow = typeof artifactDrills.$inferSelect

/** What was or is to be put back at a gateway. It is done on the gateway's machine; here it is allowed, and told. */
export const artifactRestores = sqliteTable(
  'artifact_restores',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectorId: text('connector_id').notNull(),
    connectorName: text('connector_name').notNull(),
    artifactId: text('artifact_id'),
    /** The id in the package's own header: names also a file that was never stored here. */
    packageId: text('package_id').notNull(),
    mode: text('mode', { enum: ['merge', 'replace_scope', 'exact_restore'] }).notNull(),
    sections: text('sections', { mode: 'json' }).$type<PackageSection[]>().notNull(),
    agents: text('agents', { mode: 'json' }).$type<string[]>().notNull(),
    risk: text('risk', { enum: ['low', 'medium', 'high', 'critical'] }).notNull(),
    /** Of the plan that was shown on the machine, hex. */
    planDigest: text('plan_digest').notNull(),
    changes: integer('changes').notNull(),
    summary: text('summary', { mode: 'json' }).$type<string[]>().notNull(),
    state: text('state', { enum: restoreStates }).notNull(),
    approvalId: text('approval_id'),
    requestedById: text('requested_by_id').notNull(),
    requestedByName: text('requested_by_name').notNull(),
    requestedAt: integer('requested_at').notNull(),
    /** An allowed one that nobody began, or that nobody ended, lapses then; null where it may wait. */
    deadline: integer('deadline'),
    startedAt: integer('started_at'),
    /** What is done at the machine now, as it told last. */
    step: text('step', { enum: restoreSteps }),
    endedAt: integer('ended_at'),
    checkpointId: text('checkpoint_id'),
    isVerified: integer('is_verified', { mode: 'boolean' }),
    applied: integer('applied'),
    differences: text('differences', { mode: 'json' }).$type<string[]>(),
    detail: text('detail'),
  },
  (table) => [
    index('artifact_restores_by_organization').on(table.organizationId, table.id),
    index('artifact_restores_lapsing').on(table.deadline).where(sql`deadline is not null`),
    // Two at once would overwrite each other: the second insert or update fails, or finds the first.
    uniqueIndex('artifact_restores_under_way').on(table.connectorId).where(sql`state in ('approved', 'started')`),
    uniqueIndex('artifact_restores_waiting').on(table.connectorId, table.planDigest).where(sql`state = 'waiting'`),
  ],
)
export type ArtifactRestoreRow = typeof artifactRestores.$inferSelect

/** What a restore told that it wrote, by digests alone. */
export const artifactRestoreWrites = sqliteTable(
  'artifact_restore_writes',
  {
    restoreId: text('restore_id').notNull(),
    organizationId: text('organization_id').notNull(),
    scope: text('scope', { enum: ['agent_config', 'bindings', 'gateway_config', 'workspace_bundle'] }).notNull(),
    /** The gateway's name of the agent; empty of what all agents share. */
    agent: text('agent').notNull(),
    /** Of a file its name; empty of settings. */
    name: text('name').notNull(),
    /** Of settings what was there, so that nobody's change in between is taken for a part of it; empty of a file. */
    before: text('before').notNull(),
    /** Empty of a file that was taken away. */
    after: text('after').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.restoreId, table.scope, table.agent, table.name, table.before, table.after] }),
  ],
)
