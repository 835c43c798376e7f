CREATE TABLE `artifact_drills` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`artifact_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`state` text NOT NULL,
	`ordered_by_id` text NOT NULL,
	`ordered_by_name` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`handed_over_at` integer,
	`ended_at` integer,
	`entries` integer,
	`bytes` integer,
	`duration_ms` integer,
	`failure` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `artifact_drills_by_organization` ON `artifact_drills` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `artifact_drills_by_artifact` ON `artifact_drills` (`artifact_id`,`id`);--> statement-breakpoint
CREATE INDEX `artifact_drills_open` ON `artifact_drills` (`deadline`) WHERE state = 'ordered';--> statement-breakpoint
CREATE TABLE `artifact_manifests` (
	`artifact_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`header` text NOT NULL,
	`manifest` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `artifact_restores` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`connector_name` text NOT NULL,
	`artifact_id` text,
	`package_id` text NOT NULL,
	`mode` text NOT NULL,
	`sections` text NOT NULL,
	`agents` text NOT NULL,
	`risk` text NOT NULL,
	`plan_digest` text NOT NULL,
	`changes` integer NOT NULL,
	`summary` text NOT NULL,
	`state` text NOT NULL,
	`approval_id` text,
	`requested_by_id` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`requested_at` integer NOT NULL,
	`deadline` integer,
	`started_at` integer,
	`ended_at` integer,
	`checkpoint_id` text,
	`is_verified` integer,
	`applied` integer,
	`differences` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `artifact_restores_by_organization` ON `artifact_restores` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `artifact_restores_lapsing` ON `artifact_restores` (`deadline`) WHERE deadline is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `artifact_restores_under_way` ON `artifact_restores` (`connector_id`) WHERE state in ('approved', 'started');--> statement-breakpoint
CREATE UNIQUE INDEX `artifact_restores_waiting` ON `artifact_restores` (`connector_id`,`plan_digest`) WHERE state = 'waiting';--> statement-breakpoint
CREATE TABLE `artifacts` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`connector_name` text NOT NULL,
	`state` text NOT NULL,
	`cause` text NOT NULL,
	`schedule_id` text,
	`package_id` text,
	`intent` text,
	`has_secrets` integer,
	`made_at` integer,
	`size` integer,
	`sha256` text,
	`manifest_hash` text,
	`agents` integer,
	`entries` integer,
	`missing` integer,
	`created_by_id` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`handed_over_at` integer,
	`stored_at` integer,
	`proven_at` integer,
	`failure` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `artifacts_by_organization` ON `artifacts` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `artifacts_by_connector` ON `artifacts` (`connector_id`,`state`,`stored_at`);--> statement-breakpoint
CREATE INDEX `artifacts_open` ON `artifacts` (`deadline`) WHERE state in ('ordered', 'uploading');--> statement-breakpoint
CREATE INDEX `artifacts_leaving` ON `artifacts` (`id`) WHERE state = 'deleting';--> statement-breakpoint
CREATE UNIQUE INDEX `artifacts_by_file` ON `artifacts` (`connector_id`,`sha256`) WHERE state in ('uploading', 'stored', 'lost') and cause in ('manual', 'checkpoint');--> statement-breakpoint
CREATE UNIQUE INDEX `artifacts_one_at_once` ON `artifacts` (`connector_id`) WHERE state in ('ordered', 'uploading') and cause in ('ordered', 'scheduled');--> statement-breakpoint
CREATE TABLE `backup_schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`is_enabled` integer NOT NULL,
	`at` text NOT NULL,
	`time_zone` text NOT NULL,
	`keep_daily` integer NOT NULL,
	`keep_weekly` integer NOT NULL,
	`keep_monthly` integer NOT NULL,
	`drill` text NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by_name` text NOT NULL,
	`next_at` integer NOT NULL,
	`next_drill_at` integer,
	`is_sweep_due` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `backup_schedules_by_connector` ON `backup_schedules` (`connector_id`);--> statement-breakpoint
CREATE INDEX `backup_schedules_by_organization` ON `backup_schedules` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `backup_schedules_due` ON `backup_schedules` (`next_at`) WHERE is_enabled = 1;--> statement-breakpoint
CREATE INDEX `backup_schedules_drills` ON `backup_schedules` (`next_drill_at`) WHERE is_enabled = 1;--> statement-breakpoint
CREATE INDEX `backup_schedules_sweep` ON `backup_schedules` (`id`) WHERE is_sweep_due = 1;